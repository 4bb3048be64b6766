package dev.bft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.keystore.ClusterConfig;
import dev.bft.keystore.ClusterFile;
import dev.bft.keystore.ClusterFolder;
import dev.bft.keystore.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What keygen makes, and what it refuses to make. */
final class KeygenCommandTest {

    @TempDir
    Path folder;

    private FakeInstallation installation;
    private ClusterFolder cluster;

    @BeforeEach
    void install() throws IOException {
        installation = FakeInstallation.in(folder.resolve("installation"));
        cluster = new ClusterFolder(folder.resolve("cluster"));
    }

    @AfterEach
    void uninstall() {
        installation.close();
    }

    private Typed keygen(String... more) {
        return Typed.run(Stream.concat(Stream.of("keygen", "-c", cluster.root().toString()), Stream.of(more))
                .toArray(String[]::new));
    }

    @Test
    void fourReplicasAndTheClientAdminAreMadeWhenNothingIsSaid() throws ConfigException {
        Typed typed = keygen();
        assertThat(typed).matches(t -> t.exit() == 0, "exit 0");
        ClusterConfig config = ClusterFile.load(cluster.config());
        assertThat(config.cluster().n()).isEqualTo(4);
        assertThat(config.cluster().f()).isEqualTo(1);
        assertThat(cluster.client("admin")).exists();
        assertThat(Typed.run("config", "check", "-c", cluster.root().toString()).exit())
                .isZero();
    }

    @Test
    void theImageIsSignedForTheClusterAndForEachReplica() {
        keygen();
        assertThat(Typed.run("image", "verify", "-c", cluster.root().toString()).exit())
                .isZero();
        for (int id = 0; id < 4; id++) {
            assertThat(cluster.rom(id).resolve("image.manifest.sig")).hasSize(64);
            assertThat(cluster.state(id)).isDirectory();
        }
    }

    @Test
    void everySecretIsForItsOwnerAlone() throws IOException {
        keygen();
        List<Path> secrets = List.of(
                cluster.rootKey(),
                cluster.releaseKey(),
                cluster.client("admin"),
                cluster.coprocessor(0).resolve("key"));
        for (Path secret : secrets) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                    .as(secret.toString())
                    .isEqualTo("rw-------");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "0", "1", "3", "5", "6", "8", "34"})
    void aNumberThatIsNot3fPlus1IsRefusedWithWhatToGive(String n) {
        Typed typed = keygen("--replicas", n);
        assertThat(typed.exit()).isEqualTo(2);
        assertThat(typed.err()).contains("need 3f+1, so ").matches("(?s).*[0-9]+\n");
        assertThat(cluster.root()).doesNotExist();
    }

    @Test
    void sevenReplicasOnGivenPortsAreMade() throws ConfigException {
        assertThat(keygen("--replicas", "7", "--base-port", "17470").exit()).isZero();
        ClusterConfig config = ClusterFile.load(cluster.config());
        assertThat(config.replicas().stream().map(ClusterConfig.Replica::port))
                .containsExactly(17470, 17471, 17472, 17473, 17474, 17475, 17476);
    }

    @Test
    void aClusterThatIsThereIsNotOverwritten() throws IOException {
        keygen();
        byte[] before = Files.readAllBytes(cluster.config());
        Typed typed = keygen();
        assertThat(typed.exit()).isEqualTo(3);
        assertThat(typed.err()).contains("--force");
        assertThat(Files.readAllBytes(cluster.config())).isEqualTo(before);
    }

    @Test
    void aClusterThatIsThereIsReplacedByForce() throws IOException {
        keygen();
        byte[] before = Files.readAllBytes(cluster.config());
        assertThat(keygen("--force").exit()).isZero();
        assertThat(Files.readAllBytes(cluster.config())).isNotEqualTo(before);
    }

    @Test
    void oneMoreClientNeedsTheRootKeyAndNothingElse() throws IOException {
        keygen();
        byte[] before = Files.readAllBytes(cluster.config());
        assertThat(keygen("--client", "alice", "--client", "bob").exit()).isZero();
        assertThat(cluster.client("alice")).exists();
        assertThat(cluster.client("bob")).exists();
        assertThat(Files.readAllBytes(cluster.config())).isEqualTo(before);
    }

    @Test
    void aRootKeyKeptApartIsNotInTheFolderAndMustBeGivenForANewClient() {
        Path apart = folder.resolve("root.key");
        assertThat(keygen("--root-out", apart.toString()).exit()).isZero();
        assertThat(cluster.rootKey()).doesNotExist();
        assertThat(keygen("--client", "alice").exit()).isEqualTo(3);
        assertThat(keygen("--client", "alice", "--root-key", apart.toString()).exit())
                .isZero();
    }

    @Test
    void aRootKeyKeptApartIsNotWrittenWhereTheFolderIsReplaced() throws IOException {
        Path inside = cluster.rootKey();
        Typed fresh = keygen("--root-out", inside.toString());
        assertThat(fresh.exit()).isEqualTo(2);
        assertThat(fresh.err()).contains(inside.toString(), "outside");
        assertThat(cluster.root()).doesNotExist();
        keygen();
        byte[] before = Files.readAllBytes(cluster.rootKey());
        Path link = Files.createSymbolicLink(folder.resolve("link"), cluster.root());
        assertThat(keygen("--force", "--root-out", link.resolve("replica-0/key").toString())
                        .exit())
                .isEqualTo(2);
        assertThat(Files.readAllBytes(cluster.rootKey())).isEqualTo(before);
    }

    @Test
    void whatIsTypedWrongIsWrongUsage() {
        assertThat(keygen("--base-port", "70000").exit()).isEqualTo(2);
        assertThat(keygen("--host", "10.0.0.1", "--host", "10.0.0.2").exit()).isEqualTo(2);
        assertThat(keygen("--client", "../../x").exit()).isEqualTo(2);
        keygen();
        assertThat(keygen("--client", "../../x").exit()).isEqualTo(2);
    }

    @Test
    void aClientThatIsThereIsNotOverwritten() {
        keygen();
        Typed typed = keygen("--client", "admin");
        assertThat(typed.exit()).isEqualTo(3);
        assertThat(typed.err()).contains("admin");
    }

    @Test
    void withoutAnImageNothingIsMade() throws IOException {
        Files.delete(folder.resolve("installation/image.manifest"));
        Typed typed = keygen();
        assertThat(typed.exit()).isEqualTo(3);
        assertThat(typed.err()).contains("image.manifest", "mvnw");
        assertThat(cluster.root()).doesNotExist();
    }

    @Test
    void noSecretIsEverPrinted() throws IOException {
        Typed typed = keygen();
        for (String line : Files.readAllLines(cluster.rootKey())) {
            for (String word : line.split(" ", -1)) {
                assertThat(word.length() > 20 && (typed.out() + typed.err()).contains(word))
                        .isFalse();
            }
        }
    }

    @Test
    void theResultIsJsonOnRequest() {
        assertThat(keygen("-o", "json").out())
                .startsWith("{\"v\":1,\"cluster\":\"")
                .endsWith("]}\n");
    }
}
