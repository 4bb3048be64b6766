package dev.bft.keystore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bft.keystore.ClientRegister.Issued;
import dev.bft.keystore.ClusterConfig.ServiceKind;
import dev.bft.keystore.ClusterKeys.NewClient;
import dev.bft.keystore.ClusterKeys.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterKeysTest {

    @TempDir
    private Path temp;

    @Test
    void aNewClusterHoldsEverythingThatItsProcessesLoad() throws Exception {
        ClusterFolder folder = new ClusterFolder(temp.resolve("c"));
        ClusterConfig config = ClusterKeys.create(folder.root(), Plan.local(4), (f, release) -> {});

        assertThat(ClusterFile.load(folder.config())).isEqualTo(config);
        VerifyKey root =
                SigningKeyFile.load(folder.rootKey(), SigningKeyFile.Role.ROOT).verifyKey();
        VerifyKey release = SigningKeyFile.load(folder.releaseKey(), SigningKeyFile.Role.RELEASE)
                .verifyKey();
        for (int id = 0; id < 4; id++) {
            Rom rom = Rom.load(folder.rom(id));
            rom.check(config);
            assertThat(rom.root()).isEqualTo(root);
            assertThat(rom.release()).isEqualTo(release);
            CoprocessorKeys keys = CoprocessorKeys.load(folder.coprocessor(id));
            assertThat(keys.replica()).isEqualTo(id);
            assertThat(keys.sign().verifyKey()).isEqualTo(rom.replicas().get(id).sign());
            assertThat(keys.open().sealingKey())
                    .isEqualTo(rom.replicas().get(id).open());
            try (CounterFile counter = CounterFile.open(folder.coprocessor(id).resolve(CounterFile.NAME))) {
                assertThat(counter.next()).isEqualTo(1);
            }
        }
        ClientIdentity admin = ClientIdentity.load(folder.client("admin"));
        assertThat(admin.credential().clientId()).isEqualTo(Credential.CLIENT_ID_MIN);
        assertThat(admin.credential().verify(root)).isTrue();
    }

    @Test
    void secretsAreReadableByTheirOwnerAlone() throws Exception {
        ClusterFolder folder = new ClusterFolder(temp.resolve("c"));
        ClusterKeys.create(folder.root(), Plan.local(4), (f, release) -> {});

        assertThat(modes(folder.root()))
                .containsEntry("root.key", "rw-------")
                .containsEntry("release.key", "rw-------")
                .containsEntry("bft.toml", "rw-r--r--")
                .containsEntry("clients", "rwx------")
                .containsEntry("clients/admin.client", "rw-------")
                .containsEntry("clients/issued", "rw-------")
                .containsEntry("replica-3/rom", "rwxr-xr-x")
                .containsEntry("replica-3/rom/principals", "r--r--r--")
                .containsEntry("replica-3/coprocessor", "rwx------")
                .containsEntry("replica-3/coprocessor/key", "rw-------")
                .containsEntry("replica-3/coprocessor/counter", "rw-------");
        assertThat(Files.readString(folder.config())).doesNotContain("-secret");
    }

    @Test
    void everyReplicaHasItsOwnKeysAndPort() throws Exception {
        ClusterConfig config = ClusterKeys.create(temp.resolve("c"), Plan.local(7), (f, release) -> {});

        assertThat(config.cluster().f()).isEqualTo(2);
        assertThat(config.replicas()).hasSize(7);
        assertThat(config.replicas()).extracting(ClusterConfig.Replica::port).doesNotHaveDuplicates();
        assertThat(config.replicas()).extracting(r -> r.sign().text()).doesNotHaveDuplicates();
        assertThat(config.replicas()).extracting(r -> r.open().text()).doesNotHaveDuplicates();
    }

    @Test
    void aClusterIsReplacedOnlyByForceAndThenWholly() throws Exception {
        ClusterFolder folder = new ClusterFolder(temp.resolve("c"));
        ClusterConfig first = ClusterKeys.create(folder.root(), Plan.local(7), (f, release) -> {});
        Files.writeString(folder.root().resolve("notes.txt"), "mine");
        Path boot = Files.createDirectories(folder.boots(0).resolve("1"));
        Files.writeString(boot.resolve("jar"), "x");
        Files.setPosixFilePermissions(boot, PosixFilePermissions.fromString("r-xr-xr-x"));

        assertThatThrownBy(() -> ClusterKeys.create(folder.root(), Plan.local(4), (f, release) -> {}))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("a cluster is there already")
                .hasMessageContaining("--force");
        assertThat(ClusterFile.load(folder.config())).isEqualTo(first);

        ClusterConfig second = ClusterKeys.create(folder.root(), forced(), (f, release) -> {});
        assertThat(ClusterFile.load(folder.config())).isEqualTo(second);
        assertThat(second.cluster().id()).isNotEqualTo(first.cluster().id());
        assertThat(modes(folder.root()))
                .doesNotContainKey("replica-6")
                .doesNotContainKey("replica-0/boots")
                .containsKey("notes.txt");
        assertThat(folder.root().toFile().list((d, name) -> name.startsWith(".")))
                .isEmpty();
    }

    @Test
    void aFailedKeygenLeavesWhatWasThere() throws Exception {
        ClusterFolder folder = new ClusterFolder(temp.resolve("c"));
        assertThatThrownBy(() -> ClusterKeys.create(folder.root(), Plan.local(4), ClusterKeysTest::fail))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("no space");
        assertThat(folder.root()).doesNotExist();

        ClusterConfig first = ClusterKeys.create(folder.root(), Plan.local(4), (f, release) -> {});
        Map<String, String> before = modes(folder.root());
        assertThatThrownBy(() -> ClusterKeys.create(folder.root(), forced(), ClusterKeysTest::fail))
                .isInstanceOf(ConfigException.class);
        assertThat(ClusterFile.load(folder.config())).isEqualTo(first);
        assertThat(modes(folder.root())).isEqualTo(before);
    }

    @Test
    void whatTheImageCodeAddsMovesAlong() throws Exception {
        ClusterFolder folder = new ClusterFolder(temp.resolve("c"));
        ClusterKeys.create(folder.root(), Plan.local(4), (f, release) -> {
            Files.writeString(f.manifest(), "m");
            Files.write(f.manifestSignature(), release.sign(new byte[] {1}));
        });
        assertThat(Rom.load(folder.rom(2))
                        .release()
                        .verify(new byte[] {1}, Files.readAllBytes(folder.manifestSignature())))
                .isTrue();
        assertThat(folder.manifest()).hasContent("m");
    }

    @Test
    void theRootKeyCanLieElsewhereAndIsNeverOverwritten() throws Exception {
        Path out = temp.resolve("offline.key");
        Plan plan = new Plan(
                4,
                List.of("127.0.0.1"),
                OptionalInt.empty(),
                ServiceKind.NULL,
                List.of(),
                ClusterKeys.VALIDITY_MAX,
                Optional.of(out),
                true);
        ClusterFolder folder = new ClusterFolder(temp.resolve("c"));
        assertThatThrownBy(() -> ClusterKeys.create(folder.root(), plan, ClusterKeysTest::fail))
                .isInstanceOf(ConfigException.class);
        assertThat(out).doesNotExist();

        ClusterKeys.create(folder.root(), plan, (f, release) -> {});
        assertThat(folder.rootKey()).doesNotExist();
        Path client = ClusterKeys.addClient(folder, client("bob"), out);
        assertThat(ClientIdentity.load(client)
                        .credential()
                        .verify(Rom.load(folder.rom(0)).root()))
                .isTrue();
        byte[] key = Files.readAllBytes(out);
        assertThatThrownBy(() -> ClusterKeys.create(temp.resolve("d"), plan, (f, release) -> {}))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(out.toString())
                .hasMessageContaining("not overwritten");
        assertThat(Files.readAllBytes(out)).isEqualTo(key);
        assertThat(temp.resolve("d")).doesNotExist();
    }

    @Test
    void addedClientsHaveNumbersOfTheirOwnEvenWhenTheirFilesAreGone() throws Exception {
        ClusterFolder folder = new ClusterFolder(temp.resolve("c"));
        ClusterKeys.create(folder.root(), Plan.local(4), (f, release) -> {});
        Path bob = ClusterKeys.addClient(folder, client("bob"), folder.rootKey());
        assertThat(ClientIdentity.load(bob).credential().clientId()).isEqualTo(1001);
        Files.delete(bob);
        Path carol = ClusterKeys.addClient(folder, client("carol"), folder.rootKey());
        assertThat(ClientIdentity.load(carol).credential().clientId()).isEqualTo(1002);
        assertThatThrownBy(() -> ClusterKeys.addClient(folder, client("bob"), folder.rootKey()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("choose another name");
        assertThatThrownBy(() -> ClusterKeys.addClient(folder, client("../x"), folder.rootKey()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("a name is letters");
    }

    @Test
    void aCredentialIsValidAsLongAsAskedForAndTheRegisterSaysSo() throws Exception {
        ClusterFolder folder = new ClusterFolder(temp.resolve("c"));
        ClusterKeys.create(folder.root(), Plan.local(4), (f, release) -> {});
        long now = Instant.now().getEpochSecond();
        Path bob = ClusterKeys.addClient(folder, new NewClient("bob", Duration.ofMinutes(5)), folder.rootKey());
        long notAfter = ClientIdentity.load(bob).credential().notAfterEpochSeconds();
        assertThat(notAfter - now).isBetween(300L, 360L);
        assertThat(ClientRegister.find(folder, "bob")).hasValueSatisfying(issued -> {
            assertThat(issued.id()).isEqualTo(1001);
            assertThat(issued.notAfterEpochSeconds()).hasValue(notAfter);
        });
        assertThatThrownBy(() ->
                        ClusterKeys.addClient(folder, new NewClient("eve", Duration.ofMillis(10)), folder.rootKey()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("a credential is valid for 1s to 87600h");
    }

    @Test
    void aRevocationIsOfThisClusterAndEndsWithTheCredential() throws Exception {
        ClusterFolder folder = new ClusterFolder(temp.resolve("c"));
        ClusterConfig config = ClusterKeys.create(folder.root(), Plan.local(4), (f, release) -> {});
        Issued admin = ClientRegister.find(folder, "admin").orElseThrow();
        Revocation revocation = ClusterKeys.revoke(folder, admin, folder.rootKey());
        Rom rom = Rom.load(folder.rom(0));
        assertThat(revocation.verify(rom.root())).isTrue();
        assertThat(revocation.verify(rom.release())).isFalse();
        assertThat(revocation.clusterId()).isEqualTo(config.cluster().id());
        assertThat(revocation.clientId()).isEqualTo(1000);
        assertThat(revocation.notAfterEpochSeconds())
                .isEqualTo(
                        ClientIdentity.load(folder.client("admin")).credential().notAfterEpochSeconds());
        assertThat(Revocation.decode(revocation.encoded())).contains(revocation);
        byte[] forged = revocation.encoded();
        forged[forged.length - 1] ^= 1;
        assertThat(Revocation.decode(forged).orElseThrow().verify(rom.root())).isFalse();
        assertThat(Revocation.decode(new byte[3])).isEmpty();
        assertThat(Credential.decode(revocation.encoded())).isEmpty();
    }

    @Test
    void linesOfARegisterThatHaveNoTimeAreReadAndTheirRevocationsLastLongest() throws Exception {
        ClusterFolder folder = new ClusterFolder(temp.resolve("c"));
        ClusterKeys.create(folder.root(), Plan.local(4), (f, release) -> {});
        Files.writeString(folder.clients().resolve("issued"), "1000 admin\n1007 old\n");
        Issued old = ClientRegister.find(folder, "old").orElseThrow();
        assertThat(old.notAfterEpochSeconds()).isEmpty();
        assertThat(ClusterKeys.revoke(folder, old, folder.rootKey()).notAfterEpochSeconds())
                .isGreaterThan(Instant.now().plus(Duration.ofDays(3649)).getEpochSecond());
        Path bob = ClusterKeys.addClient(folder, client("bob"), folder.rootKey());
        assertThat(ClientIdentity.load(bob).credential().clientId()).isEqualTo(1008);
    }

    @Test
    void theRootKeyOfAnotherClusterAddsNoClient() throws Exception {
        ClusterFolder one = new ClusterFolder(temp.resolve("one"));
        ClusterFolder two = new ClusterFolder(temp.resolve("two"));
        ClusterKeys.create(one.root(), Plan.local(4), (f, release) -> {});
        ClusterKeys.create(two.root(), Plan.local(4), (f, release) -> {});
        assertThatThrownBy(() -> ClusterKeys.addClient(one, client("eve"), two.rootKey()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("another cluster");
        assertThat(one.client("eve")).doesNotExist();
    }

    @Test
    void plansThatMakeNoClusterAreRefusedBeforeAnythingIsWritten() {
        assertRefused(plan(5, List.of("localhost"), 7000), "5 replicas; need 3f+1, so 4 or 7");
        assertRefused(plan(1, List.of("localhost"), 7000), "1 replica; need 3f+1, so at least 4");
        assertRefused(plan(34, List.of("localhost"), 7000), "34 replicas; need 3f+1, so at most 31");
        assertRefused(plan(4, List.of("a", "b"), 7000), "2 hosts for 4 replicas");
        assertRefused(plan(4, List.of("not a host"), 7000), "no host name");
        assertRefused(plan(4, List.of("localhost"), 65533), "base port 65533");
        assertThat(temp.resolve("c")).doesNotExist();
    }

    @Test
    void hostsAndPortsAreAsPlanned() throws Exception {
        ClusterConfig config =
                ClusterKeys.create(temp.resolve("c"), plan(4, List.of("a", "b", "c", "d"), 9000), (f, release) -> {});
        assertThat(config.replicas()).extracting(ClusterConfig.Replica::host).containsExactly("a", "b", "c", "d");
        assertThat(config.replicas()).extracting(ClusterConfig.Replica::port).containsExactly(9000, 9001, 9002, 9003);
    }

    private void assertRefused(Plan plan, String message) {
        assertThatThrownBy(() -> ClusterKeys.create(temp.resolve("c"), plan, (f, release) -> {}))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    private static Plan plan(int n, List<String> hosts, int port) {
        return new Plan(
                n,
                hosts,
                OptionalInt.of(port),
                ServiceKind.KV,
                List.of(),
                ClusterKeys.VALIDITY_MAX,
                Optional.empty(),
                false);
    }

    private static NewClient client(String name) {
        return new NewClient(name, ClusterKeys.VALIDITY_MAX);
    }

    private static Plan forced() {
        Plan plan = Plan.local(4);
        return new Plan(
                plan.n(),
                plan.hosts(),
                plan.basePort(),
                plan.service(),
                plan.clients(),
                plan.validity(),
                plan.rootOut(),
                true);
    }

    private static void fail(ClusterFolder folder, SigningKey release) throws IOException {
        throw new IOException("no space");
    }

    private static Map<String, String> modes(Path root) throws IOException {
        Map<String, String> modes = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.toList()) {
                modes.put(
                        root.relativize(path).toString(),
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
            }
        }
        return modes;
    }
}
