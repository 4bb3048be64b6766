package dev.bft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.watchdog.ReplicaPhase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are missing or damaged at the start, and ports that are taken: one clear line, and the others serve. */
final class BadFilesScriptTest {

    @TempDir
    Path folder;

    private TestCluster cluster;

    @BeforeEach
    void make() throws IOException, InterruptedException {
        cluster = TestCluster.made(Shell.in(folder));
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        cluster.close();
    }

    @Test
    void aPortInUseIsNamedAndTheReplicaComesUpWhenItIsFree() throws Exception {
        int port = cluster.config().replicas().get(2).port();
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(taken.isBound()).isTrue();
            Typed start = cluster.shell().bft("start", "--detach");
            assertThat(start.exit()).as(start.toString()).isEqualTo(7);
            assertThat(start.err()).contains("replica 2", String.valueOf(port));
        }
        cluster.await(2, status -> status.phase() == ReplicaPhase.READY);
    }

    @Test
    void aMissingKeyFileIsNamedAndTheOthersServe() throws Exception {
        Path key = cluster.folder().coprocessor(1).resolve("key");
        Files.delete(key);
        Typed start = cluster.shell().bft("start", "--detach");
        assertThat(start.exit()).as(start.toString()).isEqualTo(7);
        assertThat(start.err()).contains(key.toString(), "no such file");
        cluster.must("kv", "put", "a", "b");
        Typed alone = cluster.shell().bft("start-replica", "1", "--detach");
        assertThat(alone.exit()).as(alone.toString()).isEqualTo(3);
    }

    @Test
    void aCorruptClusterFileStopsEveryCommandWithItsLine() throws Exception {
        Path file = cluster.folder().config();
        Files.writeString(file, Files.readString(file).replace("n = 4", "n = 5"));
        for (List<String> words : List.of(List.of("start", "--detach"), List.of("kv", "get", "a"), List.of("status"))) {
            Typed typed = cluster.shell().bft(words.toArray(String[]::new));
            assertThat(typed.exit()).isEqualTo(3);
            assertThat(typed.err()).containsPattern("bft.toml:[0-9]+").doesNotContain("\tat ");
        }
    }
}
