package dev.bft.keystore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bft.keystore.ClusterConfig.Cluster;
import dev.bft.keystore.ClusterConfig.Durability;
import dev.bft.keystore.ClusterConfig.Replica;
import dev.bft.keystore.ClusterConfig.ServiceKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterFileTest {

    private static final String ID = "00112233445566778899aabbccddeeff";

    /** The lines that every file needs, 5 + 4 * 6 of them. */
    static final String LEAST = "version = 1\n[cluster]\nid = \"" + ID + "\"\nn = 4\nf = 1\n"
            + replicas(4).stream().map(ClusterFileTest::lines).collect(Collectors.joining());

    @TempDir
    private Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"[", "{a = ", "[a.", "a."})
    void howDeepAFileIsNestedIsNoTrouble(String deeper) {
        String text = "version = 1\na = " + deeper.repeat(200_000 / deeper.length());
        assertThatThrownBy(() -> ClusterFile.parse("bft.toml", text)).isInstanceOf(ConfigException.class);
    }

    /** What is shown of a value is cut, what is judged is not: keygen would refuse the file that it has just made. */
    @Test
    void aServiceMayHaveTheLongestNameOfAClass() throws Exception {
        String name = "org.example." + "L".repeat(100);
        ClusterConfig config =
                ClusterFile.parse("bft.toml", LEAST.replace("n = 4", "n = 4\nservice = \"" + name + "\""));
        assertThat(config.cluster().service()).isEqualTo(new ServiceKind(name));
        assertThat(ServiceKind.problem(name)).isEmpty();
    }

    @Test
    void theLeastFileHasEveryDefault() throws Exception {
        ClusterConfig config = ClusterFile.parse("bft.toml", LEAST);
        assertThat(config.cluster()).isEqualTo(new Cluster(ID, 0, 4, 1, ServiceKind.KV));
        assertThat(config.cluster().idBytes()).hasSize(16).startsWith(0, 0x11);
        assertThat(config.replicas()).isEqualTo(replicas(4));
        assertThat(config.protocol())
                .isEqualTo(new ClusterConfig.Protocol(
                        128,
                        1024,
                        8,
                        1 << 20,
                        256,
                        Duration.ofMillis(150),
                        Duration.ofSeconds(30),
                        Duration.ofMillis(300),
                        Duration.ofSeconds(2),
                        Durability.DISK,
                        Duration.ofMillis(150),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(10)));
        assertThat(config.recovery())
                .isEqualTo(new ClusterConfig.Recovery(Duration.ofSeconds(2), Duration.ofSeconds(60)));
        assertThat(config.isolation().minimum()).isEqualTo("none");
        assertThat(config.audit().sync()).isTrue();
        assertThat(config.limits())
                .isEqualTo(new ClusterConfig.Limits(64 << 20, 4096, 16384, 2 << 20, 64 << 10, 256, 256 << 20));
    }

    @Test
    void whatIsWrittenReadsBack() throws Exception {
        ClusterConfig config = ClusterFile.parse("bft.toml", LEAST + """
                        [protocol]
                        checkpoint_period = 16
                        log_size = 64
                        status_period = "1m"
                        durability = "memory"
                        [audit]
                        sync = false
                        [limits]
                        state_bytes = "1GiB"
                        heap_bytes = "65MiB"
                        """);
        Path file = temp.resolve("bft.toml");
        ClusterFile.save(config, file);
        assertThat(ClusterFile.load(file)).isEqualTo(config);
        assertThatThrownBy(() -> ClusterFile.save(config, file)).isInstanceOf(IOException.class);
    }

    @Test
    void everyKeyIsWrittenWithAComment() throws Exception {
        String text = ClusterFile.text(ClusterFile.parse("bft.toml", LEAST));
        for (Setting setting : Setting.all()) {
            assertThat(text)
                    .contains("\n" + setting.key() + " = " + setting.literal(written(setting)) + "  # "
                            + setting.comment());
        }
    }

    @Test
    void everyDefaultIsWithinItsBounds() {
        for (Setting setting : Setting.all()) {
            assertThat(setting.problem(setting.initial())).as(setting.path()).isEmpty();
            assertThat(setting.comment()).as(setting.path()).isNotBlank();
        }
    }

    @Test
    void theNumberOfReplicasMustBear() {
        assertProblem(LEAST.replace("n = 4", "n = 5"), "bft.toml:4: 5 replicas; need 3f+1, so 4 or 7");
        assertProblem(LEAST.replace("n = 4", "n = 3"), "bft.toml:4: 3 replicas; need 3f+1, so at least 4");
        assertProblem(LEAST.replace("n = 4", "n = 34"), "bft.toml:4: 34 replicas; need 3f+1, so at most 31");
        assertProblem(LEAST.replace("n = 4", "n = 7"), "bft.toml:5: f = 1, but n = 7 makes it 2");
        assertProblem(
                LEAST.replace("n = 4", "n = 7").replace("f = 1", "f = 2"),
                "bft.toml:4: n = 7, but there are 4 [[replica]] sections");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            [protocl]|unknown key 'protocl' in the file; did you mean protocol?
            [protocol] window_size = 4|unknown key 'window_size' in [protocol]; remove it
            [protocol] checkpoint_perod = 4|unknown key 'checkpoint_perod' in [protocol]; did you mean checkpoint_period?
            [protocol] state_bytes = "1MiB"|unknown key 'state_bytes' in [protocol]; it belongs in [limits]
            [protocol] Window = 8|unknown key 'Window' in [protocol]; did you mean window?
            [protocol] window = 0|window = 0; it can be 1 to 4096
            [protocol] window = -1|window = -1; write a whole number, such as 8
            [protocol] window = 1.5|window is not a value of its kind; write it like 8
            [protocol] window = "8"|window is not a value of its kind; write it like 8
            [protocol] window = [8]|window is not a value of its kind; write it like 8
            [protocol] window = 1100|window = 1100; at most log_size, 1024
            [protocol] log_size = 300|log_size = 300; it is a multiple of checkpoint_period (128), at least 256
            [protocol] log_size = 128|log_size = 128; it is a multiple of checkpoint_period (128), at least 256
            [protocol] batch_bytes = 4096|batch_bytes is not a value of its kind; write it like "1MiB"
            [protocol] batch_bytes = "1MB"|batch_bytes = 1MB; write a size in quotes, such as "1MiB"
            [protocol] batch_bytes = "2MiB"|batch_bytes = 2MiB; it can be 4KiB to 1MiB
            [protocol] status_period = "150"|status_period = 150; write a duration in quotes, such as "150ms"
            [protocol] status_period = "1ms"|status_period = 1ms; it can be 10ms to 1m
            [protocol] key_refresh = "999999999h"|key_refresh = 999999999h; it can be 1s to 24h
            [protocol] durability = "tape"|durability = "tape"; it can be disk or memory
            [protocol] client_retransmit = "2s"|client_retransmit is longer than client_retransmit_max; swap them
            [isolation] minimum = "strong"|minimum = "strong"; it can be none
            [audit] sync = "yes"|sync is not a value of its kind; write it like true
            [limits] state_bytes = "1048577B"|state_bytes = 1048577B; it is a multiple of 4KiB
            [limits] clients = 63|clients = 63; it can be 64 to 65536
            [limits] links = 3840|
            [limits] links = 3841|links = 3841; it can be 16 to 3840
            [limits] frame_bytes = "1088KiB"|
            [limits] frame_bytes = "1087KiB"|frame_bytes = 1087KiB; it can be 1088KiB to 2MiB
            [limits] heap_bytes = "1TiB"|heap_bytes = 1TiB; write a size in quotes, such as "256MiB"
            [audit] sync = 1|sync = 1; write true or false
            """)
    void aWrongSettingIsNamedWithItsPlace(String lines, @Nullable String message) throws Exception {
        String text = LEAST + lines.replace("] ", "]\n") + "\n";
        if (message == null) {
            assertThat(ClusterFile.parse("bft.toml", text)).isNotNull();
            return;
        }
        int line = (int) text.lines().count();
        assertProblem(text, "bft.toml:" + line + ":1: " + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            version = 1 # |version = 2 # |bft.toml:1:1: version 2 is not known here; this is version 1, another release of bft may read it
            version = 1 # |version = "1" # |bft.toml:1:1: version 1 is not known here; this is version 1, another release of bft may read it
            version = 1 # |verson = 1 # |bft.toml: it has no version; its first line is version = 1
            id = "0011|id = "001|bft.toml:3:1: the id is not 32 lower-case hex digits; copy it from another replica's file
            id = "0011|id = "AA11|bft.toml:3:1: the id is not 32 lower-case hex digits; copy it from another replica's file
            n = 4|n = "4"|bft.toml:4:1: n = 4; it is a whole number, 1 to 1000
            n = 4|# |bft.toml:2:1: [cluster] has no n; it is a whole number, 1 to 1000
            f = 1|f = -1|bft.toml:5:1: f = -1; it is a whole number, 0 to 1000
            id = 3|id = 2|bft.toml:25:1: two replicas with id 2; the first is in line 19, change one
            id = 3|id = 4|bft.toml:25:1: id = 4; it is a whole number, 0 to 3
            id = 3|idd = 3|bft.toml:25:1: unknown key 'idd' in [[replica]]; did you mean id?
            port = 7003|port = 7002|bft.toml:27:1: two replicas with address host port 7002; the first is in line 21, change one
            port = 7003|port = 65536|bft.toml:27:1: port = 65536; it is a whole number, 1 to 65535
            port = 7003|port = 0|bft.toml:27:1: port = 0; it is a whole number, 1 to 65535
            host = "host"|host = "a b"|bft.toml:8:1: host = "a b" is no host name or address
            host = "host"|host = 7|bft.toml:8:1: host is not a text; put it in quotes
            sign = "ed25519:|sign = "ed25519:A|bft.toml:10:1: sign is no public key; copy it from another replica's file (ed25519:...)
            open = "x25519:|open = "ed25519:|bft.toml:11:1: open is no public key; copy it from another replica's file (x25519:...)
            """)
    void aWrongClusterOrReplicaIsNamedWithItsPlace(String part, String wrong, String message) {
        String text = LEAST.replaceFirst("version = 1", "version = 1 # ");
        int at = text.indexOf(part);
        assertThat(at).as(part).isNotNegative();
        String changed = text.substring(0, at) + wrong + text.substring(at + part.length());
        assertThat(problems(changed)).as(changed).anySatisfy(p -> assertThat(p).isEqualTo(message));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\u0000", "version", "version = ", "[cluster", "version = 1 2", "= 3", "\u001b[31m"})
    void whatIsNoTomlIsNamedWithItsPlace(String text) {
        assertThatThrownBy(() -> ClusterFile.parse("bft.toml", text))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("bft.toml:")
                .hasMessageNotContaining("\u001b");
    }

    @Test
    void aKeyGivenTwiceIsRefused() {
        assertProblem(
                LEAST + "[audit]\nsync = true\nsync = true\n",
                "bft.toml:32:1: sync previously defined at line 31, column 1; remove one");
        assertProblem(
                LEAST + "[audit]\n[audit]\n",
                "bft.toml:31:1: audit previously defined at line 30, column 1; remove one");
    }

    @Test
    void allProblemsAreFoundAndTheFirstAreShown() {
        String text = LEAST.replace("n = 4", "n = 5") + "[protocol]\na = 1\nb = 1\nc = 1\nd = 1\ne = 1\nwindow = 0\n";
        ConfigException e = catchThrowableOfType(ConfigException.class, () -> ClusterFile.parse("bft.toml", text));
        assertThat(e.problems()).hasSize(7);
        assertThat(String.valueOf(e.getMessage()).lines())
                .hasSize(6)
                .startsWith("bft.toml:4: 5 replicas; need 3f+1, so 4 or 7")
                .endsWith("and 2 more");
    }

    @Test
    void aFileWithoutReplicasSaysHowToAddThem() {
        String cluster = LEAST.substring(0, LEAST.indexOf("[[replica]]"));
        String advice = "it has no [[replica]]; add one for each replica, ids 0 to n-1";
        assertThat(problems(cluster)).contains("bft.toml: " + advice);
        assertThat(problems(cluster + "[replica]\nid = 0\n")).contains("bft.toml:6: " + advice);
        assertThat(problems(cluster + "replica = 4\n"))
                .contains("bft.toml:6:1: unknown key 'replica' in [cluster]; remove it");
        assertThat(problems("replica = [4]\n" + cluster))
                .contains("bft.toml:1:12: a replica is a section; write [[replica]]");
        assertThat(problems("limits = 4\n" + LEAST))
                .containsExactly("bft.toml:1:1: limits is not a section; write [limits]");
    }

    @Test
    void twoReplicasWithOneKeyAreRefused() {
        List<Replica> replicas = replicas(4);
        String text = LEAST.replace(
                replicas.get(3).sign().text(), replicas.get(1).sign().text());
        assertThat(problems(text))
                .singleElement()
                .asString()
                .startsWith("bft.toml:28:1: two replicas with signing key ")
                .endsWith("; the first is in line 16, change one");
    }

    @Test
    void deepAndLongFilesAreRefused() throws Exception {
        assertThat(problems("a = " + "[".repeat(100_000))).isNotEmpty();
        Path file = temp.resolve("bft.toml");
        Files.writeString(file, LEAST + "#".repeat(ClusterFile.BYTES_MAX));
        assertThatThrownBy(() -> ClusterFile.load(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(file + ": it is longer than");
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe});
        assertThatThrownBy(() -> ClusterFile.load(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(file + ": it is not UTF-8");
    }

    @Test
    void aMissingFileIsNamedWithWhatToDo() {
        Path file = temp.resolve("bft.toml");
        assertThatThrownBy(() -> ClusterFile.load(file))
                .isInstanceOf(ConfigException.class)
                .hasMessage(file + ": there is no such file; give the cluster folder with -c, or make one with bft"
                        + " keygen");
    }

    @Test
    void anyTruncationIsAnswered() {
        String text = LEAST + "[protocol]\nstatus_period = \"1m\"\n[limits]\nheap_bytes = \"64MiB\"\n";
        for (int length = 0; length < text.length(); length++) {
            String cut = text.substring(0, length);
            try {
                assertThat(ClusterFile.parse("bft.toml", cut).replicas()).hasSize(4);
            } catch (ConfigException e) {
                assertThat(e.problems()).isNotEmpty().allSatisfy(p -> assertThat(p)
                        .startsWith("bft.toml:"));
            }
        }
    }

    @Test
    void theRomRefusesAChangedClusterFile() throws Exception {
        ClusterConfig config = ClusterFile.parse("bft.toml", LEAST);
        VerifyKey root = KeysTest.signingKey(50).verifyKey();
        Rom rom = new Rom(
                ID,
                root,
                root,
                replicas(4).stream().map(r -> new Rom.Keys(r.sign(), r.open())).toList());
        rom.check(config);

        assertMismatch(rom, LEAST.replace(ID, "ff" + ID.substring(2)), "bft.toml is of cluster ff");
        assertMismatch(
                rom,
                LEAST.replace(replicas(4).get(2).sign().text(), root.text()),
                "replica 2: 'sign' in bft.toml is not the key in the ROM");
        assertMismatch(
                rom,
                LEAST.replace(
                        replicas(4).get(3).open().text(),
                        KeysTest.openingKey(50).sealingKey().text()),
                "replica 3: 'open' in bft.toml is not the key in the ROM");
        String seven = "version = 1\n[cluster]\nid = \"" + ID + "\"\nn = 7\nf = 2\n"
                + replicas(7).stream().map(ClusterFileTest::lines).collect(Collectors.joining());
        assertMismatch(rom, seven, "bft.toml has 7 replicas, the ROM 4");
    }

    private static void assertMismatch(Rom rom, String text, String message) throws ConfigException {
        ClusterConfig config = ClusterFile.parse("bft.toml", text);
        assertThatThrownBy(() -> rom.check(config))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(message);
    }

    private static void assertProblem(String text, String message) {
        assertThat(problems(text)).containsExactly(message);
    }

    private static List<String> problems(String text) {
        return catchThrowableOfType(ConfigException.class, () -> ClusterFile.parse("bft.toml", text))
                .problems();
    }

    private static String written(Setting setting) {
        return setting.initial().equals("60s") ? "1m" : setting.initial();
    }

    private static List<Replica> replicas(int n) {
        List<Replica> replicas = new ArrayList<>();
        for (int id = 0; id < n; id++) {
            replicas.add(new Replica(
                    id,
                    "host",
                    7000 + id,
                    KeysTest.signingKey(10 + id).verifyKey(),
                    KeysTest.openingKey(20 + id).sealingKey()));
        }
        return replicas;
    }

    private static String lines(Replica replica) {
        return "[[replica]]\nid = " + replica.id() + "\nhost = \"host\"\nport = " + replica.port() + "\nsign = \""
                + replica.sign().text() + "\"\nopen = \"" + replica.open().text() + "\"\n";
    }
}
