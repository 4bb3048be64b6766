package dev.bft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.cli.bench.CounterLoad;
import dev.bft.keystore.ClusterFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Recoveries under the load of eight clients; the acceptance of the release gives them no pause. */
@Isolated("it counts what is done meanwhile")
final class RecoverScriptTest {

    /** How many there are depends on what else the machine does; the acceptance script, run alone, asks for 500. */
    private static final long DURING_MIN = 100;

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
    void eachReplicaInTurnIsRecoveredWhileNoOperationIsLostThePrimaryToo() throws Exception {
        try (CounterLoad load = cluster.pacedLoad()) {
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
        ClusterFolder copy = new ClusterFolder(folder.resolve("copy"));
        cluster.must("stop", "1");
        try {
            Files.createDirectories(copy.replica(1));
            Files.copy(cluster.folder().config(), copy.config());
            Typed copied = cluster.shell().line("cp -r " + cluster.folder().audit(1) + " " + copy.audit(1));
            assertThat(copied.exit()).as(copied.toString()).isZero();
        } finally {
            cluster.must("start-replica", "1", "--detach");
        }
        List<String> tail = List.of("audit", "tail", "-c", copy.root().toString(), "--replica", "1");
        Typed before = cluster.shell().bft(tail.toArray(String[]::new));
        assertThat(before.exit()).as(before.toString()).isZero();
        DamagedFile.overwrite(copy.audit(1), ".cq4", "recovery");
        Typed after = cluster.shell().bft(tail.toArray(String[]::new));
        assertThat(after.exit()).as(after.toString()).isEqualTo(8);
        assertThat(after.err()).contains("not whole");
    }
}
