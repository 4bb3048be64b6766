package dev.bft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hostile replicas run where the cluster's own key signed them, harm nobody there, and run nowhere else. */
final class HostileImageScriptTest {
    private static final int VERIFICATION = 8;
    private static final int CONFIG = 3;
    private static final long SOME = 50;
    private static final long POLL_MILLIS = 20;

    @TempDir
    static Path folder;

    private static Path image;

    @BeforeAll
    static void build() throws IOException, InterruptedException {
        image = HostileImage.built();
    }

    private static Shell shell(String name) throws IOException {
        return Shell.in(Files.createDirectories(folder.resolve(name)));
    }

    @Test
    void anImageThatAnotherKeySignedIsRefused() throws Exception {
        TestCluster good = TestCluster.made(shell("good"));
        TestCluster bad = TestCluster.made(shell("bad"), "--image", image.toString());
        try {
            Typed given = good.shell()
                    .bft(
                            "image",
                            "sign",
                            "--from",
                            image.toString(),
                            "--release-key",
                            bad.folder().releaseKey().toString());
            assertThat(given.exit()).as(given.toString()).isEqualTo(CONFIG);
            assertThat(good.shell().bft("image", "verify").exit()).isZero();
            good.shell().line("rm -r bft-cluster/image && cp -a ../bad/bft-cluster/image bft-cluster/image");
            Typed swapped = good.shell().bft("image", "verify");
            assertThat(swapped.exit()).as(swapped.toString()).isEqualTo(VERIFICATION);
            assertThat(swapped.out()).contains("bft-replica");
            replaceManifests(bad, good);
            Typed whole = good.shell().bft("image", "verify");
            assertThat(whole.exit()).as(whole.toString()).isEqualTo(VERIFICATION);
            Typed boot = good.shell().bft("start-replica", "0", "--detach", "--timeout", "60s");
            assertThat(boot.exit()).as(boot.toString()).isNotZero();
            assertThat(boot.err() + boot.out()).containsIgnoringCase("signature");
        } finally {
            good.close();
            bad.close();
        }
    }

    private static void replaceManifests(TestCluster from, TestCluster to) throws IOException {
        for (int id = -1; id < from.replicas(); id++) {
            Path source = id < 0 ? from.folder().root() : from.folder().rom(id);
            Path target = id < 0 ? to.folder().root() : to.folder().rom(id);
            try (Stream<Path> files = Files.list(source)) {
                for (Path file : files.filter(f -> f.getFileName().toString().startsWith("image.manifest"))
                        .toList()) {
                    Files.copy(
                            file,
                            target.resolve(file.getFileName().toString()),
                            StandardCopyOption.REPLACE_EXISTING,
                            StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    @Test
    void aReplicaThatEquivocatesAndFloodsHarmsNobody() throws Exception {
        TestCluster cluster = TestCluster.made(shell("tried"), "--image", image.toString());
        HostileReplica hostile = HostileReplica.of(cluster, 0);
        try {
            cluster.start();
            try (HonestClients honest = HonestClients.of(cluster, HostileDrill.honestNames())) {
                for (String words : List.of("EQUIVOCATION", "GARBLED_MACS", "FLOOD:500")) {
                    awaitMore(honest);
                    hostile.tell(words);
                    hostile.awaitDone(words);
                    awaitMore(honest);
                    hostile.tell("");
                }
                assertThat(honest.stop()).isEmpty();
            }
            cluster.awaitSameState();
        } finally {
            cluster.close();
        }
    }

    private static void awaitMore(HonestClients honest) throws InterruptedException {
        long goal = honest.completed() + SOME;
        long deadline = System.nanoTime() + TestCluster.DEADLINE.toNanos();
        while (honest.completed() < goal) {
            assertThat(System.nanoTime() - deadline)
                    .as("no operation completes")
                    .isNegative();
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }
}
