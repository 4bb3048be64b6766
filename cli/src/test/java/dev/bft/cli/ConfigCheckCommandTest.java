package dev.bft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.keystore.ClusterFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a cluster's files is told, each with its place. */
final class ConfigCheckCommandTest {

    @TempDir
    Path folder;

    private FakeInstallation installation;
    private ClusterFolder cluster;

    @BeforeEach
    void makeCluster() throws IOException {
        installation = FakeInstallation.in(folder.resolve("installation"));
        cluster = new ClusterFolder(folder.resolve("cluster"));
        Typed.run("keygen", "-c", cluster.root().toString());
    }

    @AfterEach
    void uninstall() {
        installation.close();
    }

    private Typed check() {
        return Typed.run("config", "check", "-c", cluster.root().toString());
    }

    @Test
    void aNewClusterHasNoFindings() {
        assertThat(check()).isEqualTo(new Typed(0, cluster.root() + ": nothing is wrong\n", ""));
    }

    @Test
    void aCounterThatCannotGoOnIsFound() throws IOException {
        Path lost = cluster.coprocessor(1).resolve("counter");
        Files.delete(lost);
        Path scrambled = cluster.coprocessor(2).resolve("counter");
        Files.write(scrambled, new byte[8192]);
        Path open = cluster.coprocessor(3).resolve("counter");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(check().exit()).isEqualTo(3);
        assertThat(check().out())
                .contains(lost.toString(), scrambled + ": neither slot", open.toString())
                .hasLineCount(3);
    }

    @Test
    void anUnknownKeyIsFoundWithItsLineAndTheNearest() throws IOException {
        String text = Files.readString(cluster.config());
        Files.writeString(cluster.config(), text.replace("window = ", "widnow = "));
        assertThat(check().exit()).isEqualTo(3);
        assertThat(check().out()).containsPattern("bft.toml:[0-9]+.*widnow.*window");
    }

    @Test
    void garbageInsteadOfTheFileIsOneFindingAndNoStackTrace() throws IOException {
        Files.write(cluster.config(), new byte[] {0, -1, 3, '[', '['});
        assertThat(check().exit()).isEqualTo(3);
        assertThat(check().out()).contains("bft.toml").doesNotContain("\tat ");
    }

    @Test
    void aKeyThatOthersMayReadIsFound() throws IOException {
        Path key = cluster.coprocessor(2).resolve("key");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(check().exit()).isEqualTo(3);
        assertThat(check().out()).contains(key.toString(), "chmod 600");
    }

    @Test
    void aMissingKeyFileIsFound() throws IOException {
        Path key = cluster.coprocessor(1).resolve("key");
        Files.delete(key);
        assertThat(check().out()).contains(key.toString(), "no such file");
    }

    @Test
    void aKeyOfAnotherReplicaIsFound() throws IOException {
        Path key = cluster.coprocessor(1).resolve("key");
        Files.delete(key);
        Files.copy(cluster.coprocessor(2).resolve("key"), key);
        assertThat(check().out()).contains(cluster.coprocessor(1).toString(), "not those of replica 1");
    }

    @Test
    void aRomThatSaysOtherwiseIsFound() throws IOException {
        Path principals = cluster.rom(0).resolve("principals");
        String text = Files.readString(principals);
        Files.setPosixFilePermissions(principals, PosixFilePermissions.fromString("rw-r--r--"));
        Files.writeString(principals, text.replaceFirst("cluster [0-9a-f]{4}", "cluster 0000"));
        assertThat(check().out()).contains("of cluster");
    }

    @Test
    void aForgedImageManifestInARomIsFound() throws IOException {
        Path manifest = cluster.rom(3).resolve("image.manifest");
        Files.setPosixFilePermissions(manifest, PosixFilePermissions.fromString("rw-r--r--"));
        Files.writeString(manifest, Files.readString(manifest).replace("0444", "0555"));
        assertThat(check().exit()).isEqualTo(3);
        assertThat(check().out()).contains(cluster.rom(3).toString(), "signature");
    }

    @Test
    void anExpiredCredentialIsFound() throws Exception {
        Path file = ExpiredClient.in(cluster, "old");
        assertThat(check().exit()).isEqualTo(3);
        assertThat(check().out()).contains(file + ": its credential expired at 2026-01-01T00:00:00Z");
        assertThat(check().out().lines()).hasSize(1);
    }

    @Test
    void severalFindingsAreAllTold() throws IOException {
        Files.delete(cluster.coprocessor(0).resolve("key"));
        Files.setPosixFilePermissions(cluster.rootKey(), PosixFilePermissions.fromString("rw-rw-rw-"));
        assertThat(check().out()).contains("root.key", cluster.coprocessor(0).toString());
        assertThat(check().out().lines()).hasSize(2);
    }

    @Test
    void theFindingsAreJsonOnRequest() throws IOException {
        Files.delete(cluster.coprocessor(0).resolve("key"));
        Typed typed = Typed.run("config", "check", "-c", cluster.root().toString(), "-o", "json");
        assertThat(typed.out()).startsWith("{\"v\":1,").contains("\"findings\":[\"");
    }
}
