package dev.bft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.cli.bench.CounterLoad;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** kill -9 of replicas under the load of eight clients that count without pause. */
@Isolated("the pauses of clients are measured")
final class KillScriptTest {

    private static final int PRIMARIES = 3;

    /** On a build machine that does much else; the acceptance of the release holds the real bound. */
    private static final double STALL_MILLIS_MAX = 3000;

    @TempDir
    static Path folder;

    private static TestCluster cluster;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        cluster = TestCluster.started(Shell.in(folder));
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        cluster.close();
    }

    @Test
    void killedBackupsAreNotNoticedAndComeBack() throws Exception {
        try (CounterLoad load = cluster.load()) {
            for (int replica : List.of(3, 1, 2)) {
                long before = load.completed();
                cluster.awaitRebooted(replica, cluster.killReplica(replica));
                assertThat(load.completed()).isGreaterThan(before);
            }
            CounterLoad.Result result = load.stop();
            System.out.println(
                    "three backups killed: longest pause " + result.sample().maxGapNanos() / 1_000_000 + " ms, "
                            + result.sample().latencies().count() + " operations");
            assertThat(result.problems()).isEmpty();
        }
        cluster.awaitSameState();
    }

    @Test
    void aKilledPrimaryIsFollowedByTheNextAndNothingIsLost() throws Exception {
        for (int i = 0; i < PRIMARIES; i++) {
            KilledPrimary killed = KilledPrimary.in(cluster);
            System.out.println(killed.text());
            assertThat(killed.problems()).isEmpty();
            assertThat(killed.next()).isNotEqualTo(killed.replica());
            assertThat(killed.stallMillis()).isLessThanOrEqualTo(STALL_MILLIS_MAX);
        }
        cluster.awaitSameState();
    }

    @Test
    void allFourKilledAtOnceComeBackWithEverythingThatWasAcknowledged() throws Exception {
        cluster.must("kv", "put", "kept", "through the fire");
        try (CounterLoad load = cluster.load()) {
            KilledPrimary.awaitMore(load, 100);
            List<Long> pids = new ArrayList<>();
            for (int replica = 0; replica < 4; replica++) {
                pids.add((long) cluster.status(replica).process().pid());
            }
            pids.forEach(cluster::kill);
            for (int replica = 0; replica < 4; replica++) {
                cluster.awaitRebooted(replica, pids.get(replica));
            }
            KilledPrimary.awaitMore(load, 100);
            CounterLoad.Result result = load.stop();
            assertThat(result.problems().stream().filter(problem -> problem.contains("the store has")))
                    .isEmpty();
        }
        assertThat(cluster.must("kv", "get", "kept")).isEqualTo("through the fire\n");
        cluster.awaitSameState();
    }

    @Test
    void aKilledWatchdogTakesItsReplicaAndItsCoprocessorWithIt() throws Exception {
        ProcessHandle replica =
                ProcessHandle.of(cluster.status(3).process().pid()).orElseThrow();
        ProcessHandle coprocessor =
                ProcessHandle.of(cluster.status(3).coprocessor().pid()).orElseThrow();
        cluster.kill(cluster.status(3).watchdog().pid());
        replica.onExit().get(60, TimeUnit.SECONDS);
        coprocessor.onExit().get(60, TimeUnit.SECONDS);
        assertThat(cluster.shell().bft("status").exit()).isEqualTo(7);
        cluster.must("start-replica", "3", "--detach");
        assertThat(cluster.shell().bft("status").exit()).isZero();
    }

    @Test
    void stoppedAndStartedAgainItHasWhatItHad() throws Exception {
        cluster.must("kv", "put", "kept", "through the night");
        cluster.must("stop");
        assertThat(cluster.shell().bft("status").exit()).isEqualTo(4);
        assertThat(cluster.shell().bft("kv", "get", "kept", "--timeout", "2s").exit())
                .isEqualTo(4);
        cluster.start();
        assertThat(cluster.must("kv", "get", "kept")).isEqualTo("through the night\n");
    }
}
