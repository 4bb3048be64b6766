package dev.bft.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What track-record.md refers to is there. */
final class TrackRecordTest {
    private static final Path TESTS = Path.of(System.getProperty("basedir", ""), "src", "test");
    private static final String PLANTED = "planted: ";
    private static final int AGAIN = 5;

    /** The cells of the table under this heading, without its head; the first cell of a row is at 1. */
    private static List<String[]> table(String head) throws IOException {
        List<String> lines = Files.readAllLines(TESTS.resolve("resources").resolve("track-record.md"));
        int first = lines.indexOf(head) + 2;
        assertThat(first).as(head).isGreaterThan(1);
        return lines.stream()
                .skip(first)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> line.split(" *\\| *", -1))
                .toList();
    }

    @Test
    void theTableOfPlantedBugsNamesThemAllInTheirOrder() throws IOException {
        assertThat(table("| bug | caught in | by |").stream().map(cells -> cells[1]))
                .containsExactlyElementsOf(
                        PlantedBugs.all().stream().map(PlantedBug::name).toList());
    }

    @Test
    void whatCaughtAPlantedBugIsOneOfTheInvariantsThatMay() throws IOException {
        List<PlantedBug> bugs = PlantedBugs.all();
        List<String[]> rows = table("| bug | caught in | by |");
        for (int i = 0; i < rows.size(); i++) {
            assertThat(bugs.get(i).caughtBy()).as(bugs.get(i).name()).contains(rows.get(i)[3]);
        }
    }

    @Test
    void whatShowsABugAgainExists() throws IOException {
        List<String> planted = PlantedBugs.all().stream().map(PlantedBug::name).toList();
        try (Stream<Path> files = Files.walk(TESTS)) {
            List<String> tests = files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.replace(".java", ""))
                    .toList();
            for (String[] row : table("| bug | found by | invariant | fixed in | again |")) {
                String again = row[AGAIN];
                boolean there = again.equals("-")
                        || (again.startsWith(PLANTED) && planted.contains(again.substring(PLANTED.length())))
                        || tests.contains(again);
                assertThat(there).as(again).isTrue();
            }
        }
    }
}
