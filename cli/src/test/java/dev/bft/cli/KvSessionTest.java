package dev.bft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.keystore.ClusterFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kv commands do before, and without, an answer of the cluster. */
final class KvSessionTest {

    @TempDir
    Path folder;

    private FakeInstallation installation;
    private ClusterFolder cluster;

    @BeforeEach
    void makeCluster() throws IOException {
        installation = FakeInstallation.in(folder.resolve("installation"));
        cluster = new ClusterFolder(folder.resolve("cluster"));
        Typed.run("keygen", "-c", cluster.root().toString());
        String text = Files.readString(cluster.config());
        Files.writeString(cluster.config(), text.replace("client_deadline = \"10s\"", "client_deadline = \"150ms\""));
    }

    @AfterEach
    void uninstall() {
        installation.close();
    }

    @Test
    void anOperationIsGivenUpAtTheDeadlineOfTheClusterFile() {
        Typed typed = Typed.run("kv", "get", "k", "-c", cluster.root().toString());
        assertThat(typed.exit()).isEqualTo(4);
        assertThat(typed.err()).contains("within 150 ms");
    }

    @Test
    void theDeadlineOfTheCommandLineGoesBeforeThatOfTheClusterFile() {
        Typed typed = Typed.run("kv", "get", "k", "-c", cluster.root().toString(), "--timeout", "50ms");
        assertThat(typed.exit()).isEqualTo(4);
        assertThat(typed.err()).contains("within 50 ms");
    }

    @Test
    void aClientWhoseCredentialHasExpiredIsToldSo() throws Exception {
        Path file = ExpiredClient.in(cluster, "old");
        Typed typed = Typed.run("kv", "get", "k", "-c", cluster.root().toString(), "--client", "old");
        assertThat(typed.exit()).isEqualTo(3);
        assertThat(typed.err())
                .contains(file + ": its credential expired at 2026-01-01T00:00:00Z", "bft keygen --client");
    }
}
