package dev.bft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bft.cli.bench.CounterLoad;
import dev.bft.client.BftClient;
import dev.bft.client.InvocationException;
import dev.bft.coprocessor.ReplicaReport.StatusReport;
import dev.bft.keystore.ClientIdentity;
import dev.bft.keystore.ClusterConfig;
import dev.bft.keystore.ClusterConfig.Cluster;
import dev.bft.keystore.ClusterConfig.Replica;
import dev.bft.keystore.Credential;
import dev.bft.keystore.SigningKey;
import dev.bft.service.kv.KvOperation;
import dev.bft.wire.Envelope;
import dev.bft.wire.Message;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Whatever strangers, liars and broken clients send: every replica stays up, counts it and serves the others. */
@Isolated("it counts what is dropped meanwhile")
final class HostileScriptTest {

    private static final Duration SHORT = Duration.ofSeconds(3);
    private static final byte[] OPERATION =
            new KvOperation.Put("hostile".getBytes(StandardCharsets.US_ASCII), new byte[] {1}).toBytes();

    /** What becomes of a stream of bytes that are no frames: cut off, or taken for a frame that is no message. */
    private static final List<String> NOISE =
            List.of("drop.malformed", "loss.bad_length", "loss.stranger_too_long", "loss.truncated");

    @TempDir
    static Path folder;

    private static TestCluster cluster;
    private static ClusterConfig config;

    private final Random random = new Random(7);
    private List<Integer> pids = List.of();
    private final List<Map<String, Long>> before = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        cluster = TestCluster.started(Shell.in(folder));
        config = cluster.config();
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        cluster.close();
    }

    @BeforeEach
    void look() throws IOException {
        pids = pids();
        for (int replica = 0; replica < 4; replica++) {
            before.add(metrics(replica));
        }
    }

    @AfterEach
    void everyReplicaIsTheSameProcessAndServes() throws IOException, InterruptedException {
        assertThat(pids()).isEqualTo(pids);
        cluster.must("kv", "put", "alive", "yes");
    }

    @Test
    void aFrameOfGarbageIsDroppedAndCounted() throws Exception {
        for (int i = 0; i < 20; i++) {
            byte[] garbage = new byte[1 + random.nextInt(5000)];
            random.nextBytes(garbage);
            send(
                    i % 4,
                    ByteBuffer.allocate(4 + garbage.length)
                            .putInt(garbage.length)
                            .put(garbage)
                            .array());
        }
        for (int replica = 0; replica < 4; replica++) {
            awaitMore(replica, 5, "drop.malformed");
        }
    }

    @Test
    void garbageIsDroppedAndCounted() throws Exception {
        for (int i = 0; i < 20; i++) {
            byte[] garbage = new byte[1 + random.nextInt(5000)];
            random.nextBytes(garbage);
            garbage[0] = 0;
            garbage[1] = 0;
            send(i % 4, garbage);
        }
        for (int replica = 0; replica < 4; replica++) {
            awaitMore(replica, 5, NOISE);
        }
    }

    @Test
    void aFrameThatAnnouncesGigabytesIsCutOff() throws Exception {
        send(1, ByteBuffer.allocate(8).putInt(Integer.MAX_VALUE).array());
        send(2, ByteBuffer.allocate(8).putInt(-1).array());
        send(3, ByteBuffer.allocate(8).putInt(0).array());
        for (int replica = 1; replica < 4; replica++) {
            awaitMore(replica, 1, "loss.bad_length");
        }
    }

    @Test
    void aStrangersFirstFrameAboveTheLimitForStrangersIsCutOff() throws Exception {
        send(
                0,
                ByteBuffer.allocate(8)
                        .putInt(config.limits().frameBytesStranger() + 1)
                        .array());
        awaitMore(0, 1, "loss.stranger_too_long");
    }

    @Test
    void aFrameThatEndsInTheMiddleHarmsNobody() throws Exception {
        for (int replica = 0; replica < 4; replica++) {
            send(replica, ByteBuffer.allocate(104).putInt(1000).array());
        }
        awaitMoreEverywhere("loss.truncated");
    }

    @Test
    void connectionsThatNeverSpeakHarmNobody() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                silent.add(new Socket(
                        InetAddress.getLoopbackAddress(),
                        config.replicas().get(i % 4).port()));
            }
            cluster.must("kv", "put", "alive", "still");
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void aClientOfAnotherClusterIsNotServed() throws Exception {
        Cluster own = config.cluster();
        String otherId = own.id().replaceAll("[0-7]", "9");
        ClusterConfig other = withCluster(new Cluster(otherId, own.epoch(), own.n(), own.f(), own.service()));
        refused(other, cluster.identity("c0"));
        awaitMoreEverywhere("drop.wrong_cluster");
    }

    @Test
    void aClientOfAnotherEpochIsNotServed() throws Exception {
        Cluster own = config.cluster();
        refused(withCluster(new Cluster(own.id(), 7, own.n(), own.f(), own.service())), cluster.identity("c0"));
        awaitMoreEverywhere("drop.wrong_cluster");
    }

    @Test
    void aClientWhoseCredentialTheRootDidNotSignIsNotServed() throws Exception {
        SigningKey key = SigningKey.generate(new SecureRandom());
        SigningKey falseRoot = SigningKey.generate(new SecureRandom());
        long later = Instant.now().plusSeconds(3600).getEpochSecond();
        Credential credential =
                Credential.unsigned(4711, "mallory", key.verifyKey(), later).issue(falseRoot);
        refused(config, new ClientIdentity(credential, key));
        awaitMoreEverywhere("drop.forged");
    }

    @Test
    void aClientThatHasNotTheKeyOfItsCredentialIsNotServed() throws Exception {
        SigningKey other = SigningKey.generate(new SecureRandom());
        refused(config, new ClientIdentity(cluster.identity("c1").credential(), other));
        awaitMoreEverywhere("drop.forged");
    }

    @Test
    void framesForgedOnTheWayToOneReplicaAreDroppedThereAndNoOperationIsLost() throws Exception {
        Meddler.Meddling forge = (replica, frame) -> {
            if (replica == 2 && !Envelope.holds(frame, Message.Type.KEY_ASK)) {
                // Tags and signatures stand at the end; body and header are left as they were.
                frame[frame.length - 1] ^= 1;
                frame[frame.length - 2] ^= 1;
            }
            return List.of(frame);
        };
        loadThrough(forge);
        awaitMore(2, 1, "drop.forged");
    }

    @Test
    void replayedFramesAreNotExecutedTwice() throws Exception {
        List<byte[]> seen = new CopyOnWriteArrayList<>();
        Meddler.Meddling replay = (replica, frame) -> {
            List<byte[]> sent = new ArrayList<>(List.of(frame, frame));
            if (seen.size() < 2000) {
                seen.add(frame);
            }
            sent.add(seen.get(Math.floorMod(frame.length * 31 + seen.size() / 2, seen.size())));
            return sent;
        };
        loadThrough(replay);
        awaitMore(cluster.primary(), 1, "drop.old_timestamp");
    }

    @Test
    void framesLostOnTheWayToTheReplicasAreSentAgain() throws Exception {
        Random loss = new Random(11);
        loadThrough((replica, frame) -> loss.nextInt(10) == 0 ? List.of() : List.of(frame));
    }

    private static void loadThrough(Meddler.Meddling meddling) throws Exception {
        try (Meddler meddler = Meddler.between(config, meddling);
                CounterLoad load = CounterLoad.start(
                        meddler.config(),
                        List.of(cluster.identity("c0"), cluster.identity("c1")),
                        Duration.ofSeconds(5))) {
            long deadline = System.nanoTime() + TestCluster.DEADLINE.toNanos();
            while (load.completed() < 300) {
                assertThat(System.nanoTime() - deadline).as("no progress").isNegative();
                Thread.sleep(20);
            }
            CounterLoad.Result result = load.stop();
            assertThat(result.problems()).isEmpty();
            assertThat(meddler.meddled()).isPositive();
        }
        cluster.awaitSameState();
    }

    private static void refused(ClusterConfig as, ClientIdentity identity) throws Exception {
        try (BftClient client = BftClient.connect(as, identity, 1)) {
            assertThatThrownBy(() -> client.invoke(OPERATION, SHORT)).isInstanceOf(InvocationException.class);
        }
    }

    private static ClusterConfig withCluster(Cluster other) {
        return new ClusterConfig(
                other,
                config.replicas(),
                config.protocol(),
                config.recovery(),
                config.isolation(),
                config.audit(),
                config.limits());
    }

    private static void send(int replica, byte[] bytes) throws IOException {
        Replica to = config.replicas().get(replica);
        try (Socket socket = new Socket(to.host(), to.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
            out.flush();
        }
    }

    private static List<Integer> pids() throws IOException {
        List<Integer> pids = new ArrayList<>();
        for (int id = 0; id < 4; id++) {
            pids.add(cluster.status(id).process().pid());
        }
        return pids;
    }

    /** How often each reason was counted at a replica, as it says. */
    private static Map<String, Long> metrics(int replica) throws IOException {
        return cluster.status(replica)
                .claim()
                .map(StatusReport::metrics)
                .orElseThrow(() -> new AssertionError("replica " + replica + " says nothing"));
    }

    private void awaitMoreEverywhere(String reason) throws IOException, InterruptedException {
        for (int replica = 0; replica < 4; replica++) {
            awaitMore(replica, 1, reason);
        }
    }

    private void awaitMore(int replica, long more, String reason) throws IOException, InterruptedException {
        awaitMore(replica, more, List.of(reason));
    }

    /** Waits until a replica counted these reasons so many times more than before the test. */
    private void awaitMore(int replica, long more, List<String> reasons) throws IOException, InterruptedException {
        long goal = sum(before.get(replica), reasons) + more;
        long deadline = System.nanoTime() + TestCluster.DEADLINE.toNanos();
        while (sum(metrics(replica), reasons) < goal) {
            assertThat(System.nanoTime() - deadline)
                    .as(
                            "replica %s did not count %s: before %s, now %s",
                            replica, reasons, before.get(replica), metrics(replica))
                    .isNegative();
            Thread.sleep(50);
        }
    }

    private static long sum(Map<String, Long> metrics, List<String> reasons) {
        return reasons.stream()
                .mapToLong(reason -> metrics.getOrDefault(reason, 0L))
                .sum();
    }
}
