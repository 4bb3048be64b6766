package dev.bft.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The tables of track-record.md. */
final class TrackRecord {
    private static final Path FILE =
            Path.of(System.getProperty("basedir", ""), "src", "test", "resources", "track-record.md");

    private TrackRecord() {}

    /** The cells of the table under this heading, without its head; the first cell of a row is at 1. */
    static List<String[]> table(String head) throws IOException {
        List<String> lines = Files.readAllLines(FILE);
        int first = lines.indexOf(head) + 2;
        assertThat(first).as(head).isGreaterThan(1);
        return lines.stream()
                .skip(first)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> line.split(" *\\| *", -1))
                .toList();
    }

    /** Planted bugs: name, where each was caught last, and by what. */
    static List<String[]> planted() throws IOException {
        return table("| bug | caught in | by |");
    }

    /** The seed in which a planted bug was caught last. */
    static int seed(PlantedBug bug) throws IOException {
        String caught = planted().stream()
                .filter(cells -> cells[1].equals(bug.name()))
                .map(cells -> cells[2])
                .findFirst()
                .orElseThrow(() -> new AssertionError("not in the track record: " + bug.name()));
        return Integer.parseInt(caught.substring(caught.lastIndexOf(' ') + 1));
    }
}
