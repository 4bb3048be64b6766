package dev.bft.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What track-record.md refers to is there. */
final class TrackRecordTest {
    private static final Path ROOT =
            Path.of(System.getProperty("basedir", ""), "..").toAbsolutePath().normalize();
    private static final List<String> MODULES = List.of("keystore-tools", "watchdog", "replica", "cli");
    private static final String PLANTED = "planted: ";
    /** Why nothing shows it again, in words. */
    private static final String NONE = "none: ";

    private static final int WORDS = 8;
    private static final int AGAIN = 5;

    @Test
    void theTableOfPlantedBugsNamesThemAllInTheirOrder() throws IOException {
        assertThat(TrackRecord.planted().stream().map(cells -> cells[1]))
                .containsExactlyElementsOf(
                        PlantedBugs.all().stream().map(PlantedBug::name).toList());
    }

    @Test
    void whatCaughtAPlantedBugIsOneOfTheInvariantsThatMay() throws IOException {
        List<PlantedBug> bugs = PlantedBugs.all();
        List<String[]> rows = TrackRecord.planted();
        for (int i = 0; i < rows.size(); i++) {
            assertThat(bugs.get(i).caughtBy()).as(bugs.get(i).name()).contains(rows.get(i)[3]);
        }
    }

    @Test
    void whatShowsABugAgainExistsOrItSaysWhyNothingDoes() throws IOException {
        List<String> planted = PlantedBugs.all().stream().map(PlantedBug::name).toList();
        List<String> tests = tests();
        for (String[] row : TrackRecord.table("| bug | found by | invariant | fixed in | again |")) {
            String again = row[AGAIN];
            boolean there = (again.startsWith(NONE) && again.split(" ", -1).length > WORDS)
                    || (again.startsWith(PLANTED) && planted.contains(again.substring(PLANTED.length())))
                    || tests.contains(again);
            assertThat(there).as(again).isTrue();
        }
    }

    /** The names of the test classes of all modules. */
    private static List<String> tests() throws IOException {
        List<String> names = new ArrayList<>();
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test"))) {
                files.map(file -> String.valueOf(file.getFileName()))
                        .filter(name -> name.endsWith(".java"))
                        .map(name -> name.replace(".java", ""))
                        .forEach(names::add);
            }
        }
        return names;
    }
}
