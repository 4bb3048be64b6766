package dev.bft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bft.client.BftClient;
import dev.bft.client.InvocationException;
import dev.bft.client.InvocationException.Reason;
import dev.bft.keystore.ClientIdentity;
import dev.bft.service.kv.KvOperation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Clients that are revoked, or whose credential expires, while they are at work. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ClientScriptTest {

    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final String REVOKED = "the root of the cluster revoked this client";
    private static final byte[] COUNT = put("count");

    @TempDir
    static Path folder;

    private static TestCluster cluster;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        cluster = TestCluster.madeWithShortLog(Shell.in(folder));
        cluster.start();
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        cluster.close();
    }

    private static byte[] put(String key) {
        byte[] name = key.getBytes(StandardCharsets.US_ASCII);
        return new KvOperation.Put(name, name).toBytes();
    }

    /** Asks for one thing after the other until it is refused; the reason. */
    private static Reason untilRefused(BftClient client) throws InterruptedException {
        long end = System.nanoTime() + TestCluster.DEADLINE.toNanos();
        while (System.nanoTime() - end < 0) {
            try {
                client.invoke(COUNT, ANSWER);
            } catch (InvocationException e) {
                return e.reason();
            }
        }
        throw new AssertionError("it is never refused");
    }

    private static void awaitAudit(String text) throws IOException, InterruptedException {
        long end = System.nanoTime() + TestCluster.DEADLINE.toNanos();
        String audit = cluster.must("audit", "tail", "--type", "revocation");
        while (!audit.contains(text)) {
            assertThat(System.nanoTime()).as(audit).isLessThan(end);
            audit = cluster.must("audit", "tail", "--type", "revocation");
        }
    }

    private void isRefused() throws IOException, InterruptedException {
        Typed put = cluster.shell().bft("kv", "put", "k", "v", "--client", "c1", "--timeout", "60s");
        assertThat(put.exit()).as(put.err()).isEqualTo(3);
        assertThat(put.err()).contains(cluster.folder().client("c1").toString(), REVOKED, "bft keygen --client NAME");
        Typed get = cluster.shell().bft("kv", "get", "k", "--client", "c1", "--timeout", "60s");
        assertThat(get.exit()).as(get.err()).isEqualTo(3);
        assertThat(cluster.shell().bft("kv", "put", "k", "v").exit()).isZero();
    }

    @Test
    @Order(1)
    void aClientIsRevokedInTheMiddleOfItsWorkAndOthersGoOn() throws Exception {
        try (BftClient client = BftClient.connect(cluster.config(), cluster.identity("c1"), 1);
                BftClient other = BftClient.connect(cluster.config(), cluster.identity("c2"), 1)) {
            client.invoke(COUNT, ANSWER);
            other.invoke(COUNT, ANSWER);
            assertThat(cluster.must("client", "revoke", "c1", "--timeout", "60s"))
                    .contains("client c1: revoked");
            assertThat(untilRefused(client)).isEqualTo(Reason.CREDENTIAL_REVOKED);
            assertThatThrownBy(() ->
                            client.read(new KvOperation.Get("k".getBytes(StandardCharsets.US_ASCII)).toBytes(), ANSWER))
                    .hasMessageContaining(REVOKED);
            other.invoke(COUNT, ANSWER);
        }
        isRefused();
        assertThat(cluster.must("client", "list")).containsPattern("c1 +1002 .* revoked");
        assertThat(cluster.must("client", "list", "-o", "json"))
                .contains("\"client\":\"c1\",\"id\":1002", "\"state\":\"revoked\"");
        awaitAudit("client 1002 is revoked, as the root signed and client 1000");
        // Again changes nothing.
        cluster.must("client", "revoke", "c1", "--timeout", "60s");
    }

    @Test
    @Order(2)
    void aReplicaThatFetchedItsStateKnowsIt() throws Exception {
        int replica = (cluster.primary() + 1) % 4;
        long pid = cluster.status(replica).process().pid();
        try (Stream<Path> files = Files.list(cluster.folder().state(replica))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
        cluster.kill(pid);
        cluster.await(replica, status -> status.process().pid() != pid);
        try (BftClient other = BftClient.connect(cluster.config(), cluster.identity("c2"), 1)) {
            long end = System.nanoTime() + TestCluster.DEADLINE.toNanos();
            while (cluster.shell().bft("status").exit() != 0) {
                assertThat(System.nanoTime()).isLessThan(end);
                other.invoke(COUNT, ANSWER);
            }
        }
        // A quorum now needs the one that fetched.
        int killed = (replica + 1) % 4;
        long other = cluster.killReplica(killed);
        isRefused();
        cluster.awaitRebooted(killed, other);
    }

    @Test
    @Order(3)
    void theWholeClusterKnowsItAfterARestart() throws Exception {
        cluster.must("stop");
        cluster.must("start", "--detach", "--timeout", "2m");
        cluster.note();
        isRefused();
    }

    @Test
    @Order(4)
    void aShortCredentialExpiresByTheTimeOfTheReplicasAndSaysSo() throws Exception {
        cluster.must("keygen", "--client", "guest", "--valid-for", "30s");
        ClientIdentity guest = cluster.identity("guest");
        try (BftClient client = BftClient.connect(cluster.config(), guest, 1)) {
            client.invoke(COUNT, ANSWER);
            assertThat(untilRefused(client)).isEqualTo(Reason.CREDENTIAL_EXPIRED);
        }
        assertThat(Instant.now().getEpochSecond())
                .isGreaterThan(guest.credential().notAfterEpochSeconds());
        Typed put = cluster.shell().bft("kv", "put", "k", "v", "--client", "guest");
        assertThat(put.exit()).isEqualTo(3);
        assertThat(put.err()).contains("its credential expired at");
        assertThat(cluster.must("client", "list")).containsPattern("guest .* expired");
        assertThat(cluster.must("client", "revoke", "guest")).contains("there is nothing to revoke");
    }

    @Test
    @Order(5)
    void withoutTheRootKeyOrOfNobodyNothingIsRevoked() throws Exception {
        Path kept = folder.resolve("root.key");
        Files.move(cluster.folder().rootKey(), kept);
        Typed revoke = cluster.shell().bft("client", "revoke", "c3");
        assertThat(revoke.exit()).isEqualTo(3);
        assertThat(revoke.err()).contains("--root-key", "--root-out");
        assertThat(cluster.shell().bft("client", "revoke", "nobody").exit()).isEqualTo(10);
        assertThat(cluster.shell().bft("client", "revoke", "../x").exit()).isEqualTo(2);
        cluster.must("client", "revoke", "c3", "--root-key", kept.toString(), "--timeout", "60s");
        // The only client that is left revokes itself.
        for (Path file : clientFiles()) {
            if (!file.equals(cluster.folder().client("c4"))) {
                Files.delete(file);
            }
        }
        cluster.must("client", "revoke", "c4", "--root-key", kept.toString(), "--timeout", "60s");
        Typed put = cluster.shell().bft("kv", "put", "k", "v", "--timeout", "60s");
        assertThat(put.exit()).as(put.err()).isEqualTo(3);
        assertThat(put.err()).contains(REVOKED);
    }

    private static List<Path> clientFiles() throws IOException {
        try (Stream<Path> files = Files.list(cluster.folder().clients())) {
            return files.filter(file -> file.toString().endsWith(".client")).toList();
        }
    }
}
