package dev.bft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bft.cli.Mdoc.Page;
import dev.bft.keystore.ClusterConfig;
import dev.bft.keystore.ClusterFile;
import dev.bft.keystore.ClusterKeys;
import dev.bft.keystore.ConfigException;
import dev.bft.keystore.Setting;
import dev.bft.watchdog.audit.AuditKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manual says what the program does, and can be shown. */
final class ManPagesTest {

    private static final String MAKE_AGAIN =
            "./mvnw -q -pl cli -am test -Dtest=ManPagesTest -Dsurefire.failIfNoSpecifiedTests=false -Dman=write";
    private static final int EXAMPLES = 3;

    @TempDir
    private Path home;

    /** With {@code -Dman=write} the pages are made, and then checked like any others. */
    @BeforeAll
    static void makeAgainIfAsked() throws IOException {
        if (System.getProperty("man", "").equals("write")) {
            for (Path page : pages()) {
                if (page.toString().endsWith(".1")) {
                    Files.delete(page);
                }
            }
            for (Map.Entry<String, String> page : made().entrySet()) {
                Files.writeString(folder().resolve(page.getKey()), page.getValue());
            }
        }
    }

    @Test
    void pagesSayWhatTheCommandsSay() throws IOException {
        for (Map.Entry<String, String> page : made().entrySet()) {
            Path file = folder().resolve(page.getKey());
            assertThat(Files.exists(file) ? Files.readString(file) : "")
                    .as("man/%s is out of date; make the pages again with: %s", page.getKey(), MAKE_AGAIN)
                    .isEqualTo(page.getValue());
        }
    }

    @Test
    void pageThatNoCommandBacksDoesNotExist() throws IOException {
        assertThat(pages())
                .filteredOn(page -> page.toString().endsWith(".1"))
                .extracting(page -> page.getFileName().toString())
                .as("pages of commands; make them again with: %s", MAKE_AGAIN)
                .isSubsetOf(made().keySet());
    }

    @Test
    void everyPageOfACommandHasExamplesAndExitCodes() throws IOException {
        made().forEach((file, page) -> {
            if (file.endsWith(".1")) {
                assertThat(page)
                        .as(file)
                        .contains(
                                ".Sh SYNOPSIS\n.Nm bft",
                                ".Sh EXIT STATUS\n.Bl -tag -width 100 -compact\n.It Ic \"0\"\n");
                String examples =
                        page.replaceFirst("(?s).*\\.Sh EXAMPLES\n", "").replaceFirst("(?s)\\.Sh .*", "");
                assertThat(examples.split("(?m)^\\.It Ic \"bft", -1)).as(file).hasSizeGreaterThan(EXAMPLES);
            }
        });
    }

    @Test
    void pagesAreWellFormed() throws IOException, InterruptedException {
        boolean isHere = Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "mandoc")));
        if (!"true".equals(System.getenv("CI"))) {
            assumeTrue(isHere, "mandoc is not installed");
        }
        assertThat(isHere).as("apt-get install mandoc").isTrue();
        List<String> command = new ArrayList<>(List.of("mandoc", "-T", "lint"));
        pages().forEach(page -> command.add(page.toString()));
        Path report = home.resolve("report");
        new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(report.toFile())
                .start()
                .waitFor();
        // It looks for other pages where they are not installed yet; the next test looks here.
        assertThat(Files.readAllLines(report))
                .filteredOn(line -> !line.contains("referenced manual not found"))
                .isEmpty();
    }

    @Test
    void everyPageThatAPageNamesExists() throws IOException {
        Pattern reference = Pattern.compile("(?m)^\\.(?:It )?(?:Xr|Sy) (bft[a-z.-]*) (?:Ns \\()?([1-9])");
        for (Path page : pages()) {
            Matcher named = reference.matcher(Files.readString(page));
            while (named.find()) {
                assertThat(folder().resolve(new Page(named.group(1), Integer.parseInt(named.group(2))).file()))
                        .as("named in %s", page)
                        .exists();
            }
        }
    }

    @Test
    void pageOfTheClusterFileListsEverySettingWithItsDefaultAndBounds() throws IOException {
        String page = Files.readString(folder().resolve("bft.toml.5"));
        for (Setting setting : Setting.all()) {
            assertThat(page).contains(TomlPage.item(setting));
        }
    }

    @Test
    void pageOfTheClusterFileListsTheKeysOfTheFileAndNoOthers() throws IOException, ConfigException {
        ClusterConfig config = ClusterKeys.create(home.resolve("c"), ClusterKeys.Plan.local(4), (folder, key) -> {});
        Map<String, Set<String>> inFile = keys(ClusterFile.text(config), "\\[+([a-z]+)]+", "([a-z_]+) = .*");
        String page = Files.readString(folder().resolve("bft.toml.5"));
        assertThat(keys(page, "\\.Ss \\[+([a-z]+)]+ section", "\\.It Ic ([a-z_]+)"))
                .isEqualTo(inFile);
    }

    private static Map<String, Set<String>> keys(String text, String section, String key) {
        Map<String, Set<String>> keys = new TreeMap<>();
        String current = "";
        for (String line : text.split("\n", -1)) {
            Matcher title = Pattern.compile(section).matcher(line);
            Matcher name = Pattern.compile(key).matcher(line);
            current = title.matches() ? title.group(1) : current;
            if (name.matches()) {
                keys.computeIfAbsent(current, c -> new TreeSet<>()).add(name.group(1));
            }
        }
        return keys;
    }

    @Test
    void pageOfTheAuditLogListsItsKinds() throws IOException {
        String page = Files.readString(folder().resolve("bft-audit.5"));
        assertThat(AuditKind.all()).allSatisfy(kind -> assertThat(page).contains(".It Ic " + kind + "\n"));
    }

    @Test
    void textThatLooksLikeAMacroIsText() {
        String page = new Mdoc("x", 1).text(".Sh it's\\n. 'tis -x").toString();
        assertThat(page).endsWith("\\&.Sh it\\(aqs\\en.\n\\(aqtis \\-x\n");
    }

    /** What the pages should be: those of the commands, and that of the cluster file. */
    private static Map<String, String> made() throws IOException {
        List<Page> others = new ArrayList<>();
        for (Path page : pages()) {
            String name = page.getFileName().toString();
            if (!name.endsWith(".1")) {
                int dot = name.lastIndexOf('.');
                others.add(new Page(name.substring(0, dot), Integer.parseInt(name.substring(dot + 1))));
            }
        }
        Map<String, String> made = new TreeMap<>(ManPages.of(Main.commandLine(), others));
        made.put(
                "bft.toml.5",
                TomlPage.renewed(Files.readString(folder().resolve("bft.toml.5"), StandardCharsets.UTF_8)));
        return made;
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.list(folder())) {
            return files.sorted().toList();
        }
    }

    private static Path folder() {
        Path here = Path.of("").toAbsolutePath();
        return (Files.isDirectory(here.resolve("man")) ? here : here.resolve(".."))
                .resolve("man")
                .normalize();
    }
}
