package dev.bft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.cli.bench.CounterLoad;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recoveries under the load of eight clients that count without pause. */
final class RecoverScriptTest {

    /** How many there are depends on what else the machine does; the acceptance script, run alone, asks for 500. */
    private static final long DURING_MIN = 100;

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
    void eachReplicaInTurnIsRecoveredWhileNoOperationIsLostThePrimaryToo() throws Exception {
        try (CounterLoad load = cluster.load()) {
            // A backup, then whoever is primary: each hands its view over to the next.
            for (int replica : List.of(3, 0, 1, 2)) {
                boolean primary = cluster.primary() == replica;
                long before = load.completed();
                String said = cluster.must("recover-now", String.valueOf(replica), "--wait");
                long during = load.completed() - before;
                System.out.println("replica " + replica + (primary ? " (primary): " : ": ") + during
                        + " operations during its recovery; "
                        + said.lines().reduce((first, last) -> last).orElse(""));
                assertThat(during).isGreaterThanOrEqualTo(DURING_MIN);
            }
            assertThat(load.stop().problems()).isEmpty();
        }
        cluster.awaitSameState();
    }

    @Test
    void allAreRecoveredOneAfterAnotherByOneCommand() throws Exception {
        assertThat(cluster.must("recover-now", "--all", "--wait"))
                .contains("replica 0 recovered", "replica 1 recovered", "replica 2 recovered", "replica 3 recovered");
    }

    @Test
    void aTamperedImageIsRefusedNamedAndPutRight() throws Exception {
        long pid = cluster.status(2).process().pid();
        try (TamperedImage tampered = TamperedImage.of(cluster.folder().image())) {
            Typed verify = cluster.shell().bft("image", "verify");
            assertThat(verify.exit()).isEqualTo(8);
            assertThat(verify.out()).contains(tampered.name());
            Typed refused = cluster.shell().bft("recover-now", "2", "--wait");
            assertThat(refused.exit()).isEqualTo(8);
            assertThat(refused.err()).contains(tampered.name());
        }
        assertThat(cluster.status(2).process().pid())
                .as("the replica was left as it was")
                .isEqualTo(pid);
        assertThat(cluster.must("audit", "tail", "--type", "refusal")).contains("replica 2");
        assertThat(cluster.shell().bft("image", "verify").exit()).isZero();
        cluster.must("recover-now", "2", "--wait");
        Map<String, Object> status = JsonReader.object(cluster.must("status", "-o", "json"));
        assertThat(JsonReader.objects(status, "replicas").get(2)).containsEntry("phase", "ready");
    }

    @Test
    void aDamagedAuditLogIsAFindingAndNoCrash() throws Exception {
        cluster.must("recover-now", "1", "--wait");
        cluster.must("stop");
        Typed before = cluster.shell().bft("audit", "tail", "--replica", "1");
        assertThat(before.exit()).as(before.toString()).isZero();
        DamagedFile.overwrite(cluster.folder().audit(1), ".cq4", "recovery");
        Typed after = cluster.shell().bft("audit", "tail", "--replica", "1");
        assertThat(after.exit()).as(after.toString()).isEqualTo(8);
        assertThat(after.err()).contains("not whole");
    }
}
