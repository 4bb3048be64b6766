package dev.bft.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The logs of all processes of a cluster, and what should not be in them. */
final class SoakLogs {
    private static final Pattern ERROR =
            Pattern.compile("(?i)\\berror\\b|\\w*exception\\b|invariant|\\bfailed\\b|^\\s+at \\S+\\(|outofmemory");
    private static final int LINES_MAX = 20;

    private SoakLogs() {}

    /** Lines that look like an error, with the file they are in. */
    static List<String> errors(TestCluster cluster) throws IOException {
        List<String> found = new ArrayList<>();
        for (int id = 0; id < cluster.replicas(); id++) {
            add("watchdog " + id, cluster.folder().watchdogLog(id), found);
            add("replica " + id, cluster.folder().replicaLog(id), found);
        }
        return found;
    }

    private static void add(String who, Path log, List<String> found) throws IOException {
        if (Files.exists(log)) {
            Files.readAllLines(log).stream()
                    .filter(line -> ERROR.matcher(line).find())
                    .limit(LINES_MAX)
                    .forEach(line -> found.add("log of " + who + ": " + line));
        }
    }
}
