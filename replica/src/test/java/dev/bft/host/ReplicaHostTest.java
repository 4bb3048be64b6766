package dev.bft.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bft.client.BftClient;
import dev.bft.coprocessor.ReplicaReport;
import dev.bft.coprocessor.ReplicaReport.StatusReport;
import dev.bft.coprocessor.WatchdogOrder;
import dev.bft.keystore.ClientIdentity;
import dev.bft.keystore.ClusterConfig;
import dev.bft.keystore.ClusterConfig.Durability;
import dev.bft.keystore.ClusterFolder;
import dev.bft.protocol.Settings;
import dev.bft.service.kv.KvOperation;
import dev.bft.service.kv.KvResult;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Four hosts with real files and sockets, coprocessors and watchdogs played by the test. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
final class ReplicaHostTest {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final int N = 4;

    @TempDir
    private Path folder;

    private final TestReplica[] replicas = new TestReplica[N];
    private final AtomicLong[] counters = new AtomicLong[N];

    private ClusterConfig make(Durability durability) throws Exception {
        for (int i = 0; i < N; i++) {
            counters[i] = new AtomicLong();
        }
        return SmallCluster.make(folder.resolve("c"), durability);
    }

    private void boot(ClusterConfig config, int replica, long boot, long tick) throws Exception {
        Path cluster = folder.resolve("c");
        Launch launch = TestReplica.launch(cluster, replica, boot, tick);
        TestReplica.Machine machine = new TestReplica.Machine(counters[replica], new Directory(launch.state()));
        replicas[replica] = new TestReplica(cluster, config, machine, launch);
    }

    private void bootAll(ClusterConfig config, long boot) throws Exception {
        for (int i = 0; i < N; i++) {
            boot(config, i, boot, 0);
        }
    }

    private void stopAll() throws Exception {
        for (TestReplica replica : replicas) {
            replica.stop();
        }
    }

    @AfterEach
    void end() throws Exception {
        for (TestReplica replica : replicas) {
            if (replica != null) {
                replica.stop();
            }
        }
    }

    private BftClient client(ClusterConfig config) throws Exception {
        Path file = new ClusterFolder(folder.resolve("c")).client("admin");
        return BftClient.connect(config, ClientIdentity.load(file), 4);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void put(BftClient client, String key, byte[] value) throws Exception {
        byte[] result = client.invoke(new KvOperation.Put(bytes(key), value).toBytes(), DEADLINE);
        assertThat(KvResult.read(result)).get().isInstanceOf(KvResult.Done.class);
    }

    private static byte[] get(BftClient client, String key) throws Exception {
        byte[] result = client.invoke(new KvOperation.Get(bytes(key)).toBytes(), DEADLINE);
        return ((KvResult.Value) KvResult.read(result).orElseThrow()).value();
    }

    private static void putMany(BftClient client, int from, int to) throws Exception {
        for (int i = from; i < to; i++) {
            put(client, "key" + i, bytes("value" + i));
        }
    }

    private void awaitExecuted(int replica, long least) throws InterruptedException {
        replicas[replica].await(StatusReport.class, status -> status.executed() >= least && !status.recovering());
    }

    @Test
    void aReplicaTakesPartBeforeItsRehearsalIsOverAndIsReadyAfter() throws Exception {
        ClusterConfig config = make(Durability.DISK);
        AtomicBoolean rehearsed = new AtomicBoolean();
        for (int i = 0; i < 3; i++) {
            Launch launch = TestReplica.launch(folder.resolve("c"), i, 1, 0);
            TestReplica.Machine machine =
                    new TestReplica.Machine(counters[i], new Directory(launch.state()), rehearsed);
            replicas[i] = new TestReplica(folder.resolve("c"), config, machine, launch);
        }
        try (BftClient client = client(config)) {
            client.invoke(new KvOperation.Put(bytes("k"), bytes("v")).toBytes(), DEADLINE);
        }
        for (int i = 0; i < 3; i++) {
            replicas[i].await(ReplicaReport.Progress.class, word -> word.phase().equals("caught-up"));
            assertThat(replicas[i].has(ReplicaReport.Ready.class)).isFalse();
        }
        rehearsed.set(true);
        for (int i = 0; i < 3; i++) {
            replicas[i].await(ReplicaReport.Ready.class, ready -> ready.bootSeq() == 1);
        }
    }

    @Test
    void operationsAreServedAndReplicasReportReady() throws Exception {
        ClusterConfig config = make(Durability.DISK);
        bootAll(config, 1);
        for (int i = 0; i < N; i++) {
            assertThat(replicas[i].await(ReplicaReport.Ready.class, r -> true).bootSeq())
                    .isEqualTo(1);
        }
        try (BftClient client = client(config)) {
            putMany(client, 0, 20);
            byte[] big = new byte[1 << 20];
            new Random(1).nextBytes(big);
            put(client, "big", big);
            assertThat(get(client, "key7")).isEqualTo(bytes("value7"));
            assertThat(get(client, "big")).isEqualTo(big);
        }
    }

    @Test
    void aPrimaryThatIsToldToHandsItsViewOverAndEachReplicaSaysHowLongThatTook() throws Exception {
        ClusterConfig config = make(Durability.DISK);
        bootAll(config, 1);
        try (BftClient client = client(config)) {
            putMany(client, 0, 5);
            replicas[0].order(new WatchdogOrder.HandOver());
            for (TestReplica replica : replicas) {
                replica.await(
                        StatusReport.class,
                        status -> status.view() == 1
                                && status.primary() == 1
                                && status.metrics().getOrDefault("view_changes", 0L) == 1
                                && status.metrics().getOrDefault("last_view_change_us", 0L) > 0);
                assertThat(replica.claimed("view")).isTrue();
            }
            putMany(client, 5, 10);
            assertThat(get(client, "key7")).isEqualTo(bytes("value7"));
        }
    }

    @Test
    void aBackupThatWasAwayCatchesUpFromItsFilesAndFromTheOthers() throws Exception {
        ClusterConfig config = make(Durability.DISK);
        bootAll(config, 1);
        try (BftClient client = client(config)) {
            putMany(client, 0, 10);
            replicas[2].stop();
            putMany(client, 10, 80);
            boot(config, 2, 2, 0);
            awaitExecuted(2, 80);
            assertThat(replicas[2].claimed("amnesia")).isFalse();
            assertThat(replicas[2].claimed("storage")).isFalse();
            putMany(client, 80, 90);
        }
    }

    @Test
    void whatWasAcknowledgedIsThereAfterAllWereDown() throws Exception {
        ClusterConfig config = make(Durability.DISK);
        bootAll(config, 1);
        try (BftClient client = client(config)) {
            putMany(client, 0, 50);
        }
        stopAll();
        bootAll(config, 2);
        try (BftClient client = client(config)) {
            assertThat(get(client, "key0")).isEqualTo(bytes("value0"));
            assertThat(get(client, "key49")).isEqualTo(bytes("value49"));
            putMany(client, 50, 60);
        }
    }

    @Test
    void aSaveCarriesVotesIntoTheNextTickAndWithoutOneThereIsAmnesia() throws Exception {
        ClusterConfig config = make(Durability.DISK);
        bootAll(config, 1);
        try (BftClient client = client(config)) {
            putMany(client, 0, 10);
            replicas[1].save(1);
            replicas[1].stop();
            boot(config, 1, 2, 1);
            replicas[1].await(ReplicaReport.Ready.class, r -> true);
            assertThat(replicas[1].claimed("amnesia")).isFalse();
            replicas[1].stop();
            boot(config, 1, 3, 2);
            replicas[1].await(ReplicaReport.Claim.class, claim -> claim.kind().equals("amnesia"));
            assertThat(replicas[1].claimed("storage")).isTrue();
            putMany(client, 10, 20);
        }
    }

    @Test
    void inMemoryModeSavedReplicasComeBackWithEverything() throws Exception {
        ClusterConfig config = make(Durability.MEMORY);
        bootAll(config, 1);
        try (BftClient client = client(config)) {
            putMany(client, 0, 40);
        }
        for (TestReplica replica : replicas) {
            replica.save(1);
        }
        stopAll();
        for (int i = 0; i < N; i++) {
            boot(config, i, 2, 1);
        }
        try (BftClient client = client(config)) {
            assertThat(get(client, "key39")).isEqualTo(bytes("value39"));
            putMany(client, 40, 45);
        }
        assertThat(replicas[0].claimed("amnesia")).isFalse();
    }

    @Test
    void aBatchThatKilledAReplicaTwiceIsNotExecutedThereUntilAFetchedStateTakesItBeyond() throws Exception {
        ClusterConfig config = make(Durability.DISK);
        Directory state = new Directory(new ClusterFolder(folder.resolve("c")).state(3));
        for (int death = 1; death <= 2; death++) {
            ExecutionMark.open(state).accept(5);
        }
        bootAll(config, 1);
        replicas[3].await(
                ReplicaReport.Claim.class,
                claim -> claim.kind().equals("alarm") && claim.text().startsWith("batch 5 killed this replica twice"));
        try (BftClient client = client(config)) {
            putMany(client, 0, 8);
            replicas[3].await(
                    StatusReport.class,
                    status -> status.executed() == 4 && status.metrics().getOrDefault("halted_at", 0L) == 5);
            putMany(client, 8, 80);
            awaitExecuted(3, 80);
            putMany(client, 80, 90);
            awaitExecuted(3, 90);
        }
        assertThat(replicas[3].claimed("transfer")).isTrue();
        replicas[3].stop();
        assertThat(ExecutionMark.open(state).haltAt()).isEqualTo(Settings.HALT_NOWHERE);
    }

    @Test
    void garbageFromStrangersIsDroppedAndCounted() throws Exception {
        ClusterConfig config = make(Durability.DISK);
        bootAll(config, 1);
        try (BftClient client = client(config)) {
            putMany(client, 0, 2);
            Random random = new Random(5);
            for (int i = 0; i < 100; i++) {
                byte[] junk = new byte[random.nextInt(300) + 1];
                random.nextBytes(junk);
                int port = config.replicas().get(i % N).port();
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    OutputStream out = socket.getOutputStream();
                    if (i % 2 == 0) {
                        out.write(new byte[] {0, 0, (byte) (junk.length >> 8), (byte) junk.length});
                    }
                    out.write(junk);
                }
            }
            replicas[0].await(StatusReport.class, status -> status.drops() > 0);
            replicas[1].await(
                    StatusReport.class,
                    status -> status.metrics().getOrDefault("loss.bad_length", 0L)
                                    + status.metrics().getOrDefault("loss.truncated", 0L)
                            > 0);
            putMany(client, 2, 5);
        }
        for (TestReplica replica : replicas) {
            assertThat(replica.fatal).isEmpty();
        }
    }

    @Test
    void aCoprocessorThatIsGoneEndsTheReplica() throws Exception {
        ClusterConfig config = make(Durability.DISK);
        boot(config, 0, 1, 0);
        replicas[0].await(
                ReplicaReport.Progress.class, progress -> progress.phase().equals("loaded"));
        replicas[0].loseCoprocessor();
        assertThat(replicas[0].fatal.poll(60, TimeUnit.SECONDS)).contains("coprocessor is gone");
    }

    @Test
    void anAddressInUseIsRefusedBeforeTheFilesAreTouched() throws Exception {
        ClusterConfig config = make(Durability.DISK);
        boot(config, 0, 1, 0);
        TestReplica first = replicas[0];
        assertThatThrownBy(() -> boot(config, 0, 2, 5))
                .isInstanceOf(BindException.class)
                .hasMessageContaining("in use");
        replicas[0] = first;
        assertThat(first.fatal).isEmpty();
    }
}
