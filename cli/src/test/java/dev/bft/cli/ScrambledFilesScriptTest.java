package dev.bft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.cli.bench.CounterLoad;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a replica keeps is damaged while it is down: it comes to the right state again, and to its vote. */
final class ScrambledFilesScriptTest {

    private static final int OPERATIONS = 600;

    @TempDir
    static Path folder;

    private static TestCluster cluster;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        cluster = TestCluster.madeWithShortLog(Shell.in(folder));
        cluster.start();
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        cluster.close();
    }

    @Test
    void aReplicaWhoseStateIsScrambledHasTheRightOneAgain() throws Exception {
        comesBackWithScrambled("state", 1);
    }

    @Test
    void aReplicaWhoseVotesAndSaveAreScrambledTakesPartAgain() throws Exception {
        comesBackWithScrambled("votes", 2);
    }

    @Test
    void aReplicaWhoseJournalIsScrambledTakesPartAgain() throws Exception {
        comesBackWithScrambled("journal", 3);
    }

    /** Stops a replica after some load, damages its files of this name, starts it, and waits until it votes. */
    private static void comesBackWithScrambled(String name, int replica) throws Exception {
        try (CounterLoad load = cluster.load()) {
            KilledPrimary.awaitMore(load, OPERATIONS);
            assertThat(load.stop().problems()).isEmpty();
        }
        cluster.must("stop", String.valueOf(replica));
        scramble(name, replica);
        // What it cannot read it has forgotten: then it comes up without a vote, and that is told.
        Typed start = cluster.shell().bft("start-replica", String.valueOf(replica), "--detach");
        assertThat(start.exit()).as(start.toString()).isIn(0, 7);
        try (CounterLoad load = cluster.pacedLoad()) {
            cluster.awaitHealthy();
            KilledPrimary.awaitMore(load, OPERATIONS);
            assertThat(load.stop().problems()).isEmpty();
        }
        cluster.awaitSameState();
    }

    private static void scramble(String name, int replica) throws IOException {
        Path state = cluster.folder().state(replica);
        try (Stream<Path> files = Files.walk(state)) {
            List<Path> named = files.filter(Files::isRegularFile)
                    .filter(path -> state.relativize(path).toString().startsWith(name))
                    .toList();
            assertThat(named).isNotEmpty();
            for (Path file : named) {
                DamagedFile.scramble(file);
            }
        }
    }
}
