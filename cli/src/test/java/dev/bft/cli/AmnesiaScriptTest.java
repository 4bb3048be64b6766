package dev.bft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.cli.bench.CounterLoad;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Replicas that lost their vote logs: nobody is told that they are ready before they vote again. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class AmnesiaScriptTest {

    @TempDir
    static Path folder;

    private static TestCluster cluster;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        cluster = TestCluster.madeWithShortLog(Shell.in(folder));
        cluster.start();
        cluster.must("kv", "put", "kept", "before");
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        cluster.close();
    }

    @Test
    void oneIsShownCountsAsAwayAndIsReadyWhenTheOthersHaveMovedOn() throws Exception {
        cluster.must("stop", "2");
        forgetVotes(2);
        Typed start = cluster.shell().bft("start-replica", "2", "--detach");
        assertThat(start.exit()).as(start.toString()).isEqualTo(7);
        assertThat(start.err()).contains("replica 2: it has lost its votes");
        assertShown(7, "3 of 4 replicas ready, 1 amnesiac, f 1, quorum 3");
        Typed refused = cluster.shell().bft("recover-now", "1", "--wait");
        assertThat(refused.exit()).as(refused.toString()).isEqualTo(9);
        assertThat(refused.err()).contains("replica 2 is amnesiac");
        loadUntilAllAreReady();
    }

    /** The last, for of this no cluster recovers. */
    @Test
    @Order(Integer.MAX_VALUE)
    void fourAreNoQuorumForTheStartAndForTheStatus() throws Exception {
        cluster.must("stop");
        for (int replica = 0; replica < 4; replica++) {
            forgetVotes(replica);
        }
        Typed start = cluster.shell().bft("start", "--detach");
        assertThat(start.exit()).as(start.toString()).isEqualTo(6);
        assertThat(start.out()).contains("0 of 4 replicas ready");
        assertShown(6, "0 of 4 replicas ready, 4 amnesiac, f 1, quorum 3");
    }

    @Test
    void aReplicaThatHangsIsLeftAsItWasUnlessForcedAndThenHasNoVotes() throws Exception {
        int pid = cluster.status(2).process().pid();
        signal("STOP", pid);
        Typed refused = cluster.shell().bft("recover-now", "2", "--wait");
        assertThat(refused.exit()).as(refused.toString()).isEqualTo(5);
        assertThat(refused.err()).contains("save missed its deadline", "--force");
        assertThat(cluster.shell().bft("recover-now", "2").exit()).isEqualTo(5);
        assertThat(cluster.status(2).process().pid()).isEqualTo(pid);
        assertThat(cluster.must("audit", "tail", "--type", "refusal"))
                .contains("replica 2", "recovery refused: save missed its deadline");
        signal("CONT", pid);
        assertThat(cluster.must("recover-now", "2", "--wait")).contains("replica 2 recovered in");
        assertThat(cluster.shell().bft("status").exit()).isZero();

        signal("STOP", cluster.status(2).process().pid());
        assertThat(cluster.must("recover-now", "2", "--force", "--wait")).contains("save-missed", "recovered in");
        assertThat(cluster.must("audit", "tail", "--type", "recovery")).contains("forced: recover-now");
        assertShown(7, "3 of 4 replicas ready, 1 amnesiac, f 1, quorum 3");
        loadUntilAllAreReady();
    }

    private void signal(String name, int pid) throws IOException, InterruptedException {
        assertThat(cluster.shell().line("kill -" + name + " " + pid).exit()).isZero();
    }

    private static void forgetVotes(int replica) throws IOException {
        Files.delete(cluster.folder().state(replica).resolve("votes"));
    }

    /** What the status says of replica 2 and of all, in both forms. */
    private static void assertShown(int exit, String summary) throws Exception {
        Typed text = cluster.shell().bft("status");
        assertThat(text.exit()).as(text.toString()).isEqualTo(exit);
        assertThat(text.out()).contains(summary, "replica 2: it has lost its votes");
        Typed json = cluster.shell().bft("status", "-o", "json");
        assertThat(json.exit()).isEqualTo(exit);
        Map<String, Object> status = JsonReader.object(json.out());
        assertThat(JsonReader.objects(status, "replicas").get(2)).containsEntry("phase", "amnesiac");
    }

    private void loadUntilAllAreReady() throws Exception {
        try (CounterLoad load = cluster.pacedLoad()) {
            cluster.awaitHealthy();
            assertThat(load.stop().problems()).as(cluster.logs()).isEmpty();
        }
    }
}
