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

/** A cluster's image, compared with its manifest by the command line. */
final class ImageCommandTest {

    @TempDir
    Path folder;

    private FakeInstallation installation;
    private ClusterFolder cluster;
    private Path jar;

    @BeforeEach
    void makeCluster() throws IOException {
        installation = FakeInstallation.in(folder.resolve("installation"));
        cluster = new ClusterFolder(folder.resolve("cluster"));
        Typed.run("keygen", "-c", cluster.root().toString());
        jar = cluster.image().resolve("lib/replica.jar");
    }

    @AfterEach
    void uninstall() {
        installation.close();
    }

    private Typed image(String verb, String... more) {
        String[] words = new String[4 + more.length];
        System.arraycopy(new String[] {"image", verb, "-c", cluster.root().toString()}, 0, words, 0, 4);
        System.arraycopy(more, 0, words, 4, more.length);
        return Typed.run(words);
    }

    @Test
    void theListNamesEveryFileWithItsDigest() {
        Typed list = image("list");
        assertThat(list.exit()).isZero();
        assertThat(list.out().lines()).hasSize(2).allMatch(line -> line.matches("0444 [0-9]+ [0-9a-f]{64} .*"));
        assertThat(image("list", "-o", "json").out().lines()).allMatch(line -> line.startsWith("{\"v\":1,\"path\":"));
    }

    @Test
    void aChangedFileIsNamedAndTheExitCodeIs8() throws IOException {
        tamper("THE replica");
        Typed verify = image("verify");
        assertThat(verify.exit()).isEqualTo(8);
        assertThat(verify.out()).contains(jar.toString(), "digest differs");
    }

    @Test
    void anAddedFileIsNamed() throws IOException {
        Files.writeString(cluster.image().resolve("lib/backdoor.jar"), "hello");
        assertThat(image("verify").out()).contains("lib/backdoor.jar: was added");
    }

    @Test
    void signingTheInstalledImageAgainPutsItRight() throws IOException {
        tamper("THE replica");
        assertThat(image("sign").exit()).isZero();
        assertThat(image("verify").exit()).isZero();
    }

    @Test
    void aReleaseKeyOfAnotherClusterIsRefused() {
        Path other = folder.resolve("other");
        Typed.run("keygen", "-c", other.toString());
        Typed sign = image("sign", "--release-key", other.resolve("release.key").toString());
        assertThat(sign.exit()).isEqualTo(3);
        assertThat(sign.err()).contains("another cluster");
    }

    @Test
    void aForgedManifestIsRefused() throws IOException {
        Path manifest = cluster.manifest();
        Files.setPosixFilePermissions(manifest, PosixFilePermissions.fromString("rw-r--r--"));
        Files.writeString(manifest, Files.readString(manifest).replace("0444", "0555"));
        Typed verify = image("verify");
        assertThat(verify.exit()).isEqualTo(8);
        assertThat(verify.err()).contains("image.manifest.sig");
    }

    private void tamper(String text) throws IOException {
        Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("rw-r--r--"));
        Files.writeString(jar, text);
        Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("r--r--r--"));
    }
}
