package dev.bft.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of attacks in bft-protocol(7): all of section 11 are there, and so are the tests that it names. */
final class AttacksTest {
    private static final Path ROOT = Path.of(System.getProperty("basedir", ""), "..");
    private static final Pattern NAMED = Pattern.compile("(?m)^\\.Li ([A-Za-z0-9-]+)");
    private static final Pattern NOT_YET = Pattern.compile("not (?:answered|built) yet", Pattern.CASE_INSENSITIVE);

    private static List<String> entries() throws IOException {
        String page = Files.readString(ROOT.resolve("man/bft-protocol.7"));
        String table = page.split("(?m)^\\.Sh ATTACKS$", -1)[1].split("(?m)^\\.El$", -1)[0];
        return List.of(table.split("(?m)^\\.It ", -1)).stream().skip(1).toList();
    }

    @Test
    void everyAttackIsThereInItsPlace() throws IOException {
        List<String> names = new ArrayList<>();
        IntStream.rangeClosed(1, 9).forEach(i -> names.add("A" + i));
        IntStream.rangeClosed(1, 6).forEach(i -> names.add("B" + i));
        names.add("R1");
        // R2 to R10 are one entry as long as nothing of them is built.
        names.add("R2");
        assertThat(entries().stream().map(entry -> entry.split(" ", 2)[0])).containsExactlyElementsOf(names);
    }

    @Test
    void whatIsAnsweredNamesWhatShowsIt() throws IOException {
        for (String entry : entries()) {
            assertThat(NAMED.matcher(entry).find() || NOT_YET.matcher(entry).find())
                    .as(entry)
                    .isTrue();
        }
    }

    @Test
    void everyTestAndScenarioThatIsNamedExists() throws IOException {
        List<String> there =
                new ArrayList<>(Scenarios.all().stream().map(Scenario::name).toList());
        for (String module : List.of("keystore-tools", "watchdog", "replica", "cli")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test"))) {
                files.map(file -> String.valueOf(file.getFileName()))
                        .filter(name -> name.endsWith("Test.java"))
                        .forEach(name -> there.add(name.replace(".java", "")));
            }
        }
        List<String> named = entries().stream()
                .flatMap(entry -> NAMED.matcher(entry).results())
                .map((MatchResult match) -> match.group(1))
                .toList();
        assertThat(named).isNotEmpty();
        assertThat(there).containsAll(named);
    }
}
