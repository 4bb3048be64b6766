package dev.bft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** SIGSTOP of a replica under load; the acceptance of the release holds the times. */
@Isolated("it measures how soon")
final class PauseScriptTest {

    private static final long PAUSE_MILLIS = 8_000;

    @TempDir
    Path folder;

    private TestCluster cluster;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        cluster = TestCluster.started(Shell.in(folder));
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        cluster.close();
    }

    @Test
    void aReplicaThatWasStoppedCatchesUpAndItsVoteCounts() throws Exception {
        PausedReplica paused = PausedReplica.in(cluster, PAUSE_MILLIS);
        System.out.println(paused.text());
        assertThat(paused.problems()).isEmpty();
        assertThat(paused.needed()).as(paused.text()).isTrue();
        cluster.awaitSameState();
    }
}
