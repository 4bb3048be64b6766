package dev.bft.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.client.BftClient;
import dev.bft.client.InvocationException;
import dev.bft.coprocessor.WatchdogOrder;
import dev.bft.keystore.ClientIdentity;
import dev.bft.keystore.ClusterConfig;
import dev.bft.keystore.ClusterConfig.Durability;
import dev.bft.keystore.ClusterFolder;
import dev.bft.service.kv.KvOperation;
import dev.bft.service.kv.KvResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The power fails at all four replicas at the same moment, and what was not synced is lost, torn or there in part. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
final class PowerCutTest {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final int N = 4;
    private static final int CUTS = 3;
    private static final int WRITERS = 4;
    private static final int ACKNOWLEDGED = 60;

    @TempDir
    private Path folder;

    private final List<AtomicLong> counters = new ArrayList<>();
    private final List<TestReplica> replicas = new ArrayList<>();
    private final List<RecordedFolder> disks = new ArrayList<>();
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void nothingThatWasAcknowledgedIsLostWhenThePowerFailsEverywhere(long seed) throws Exception {
        Path cluster = folder.resolve("c");
        ClusterConfig config = SmallCluster.make(cluster, Durability.DISK);
        List<Path> states = new ArrayList<>();
        for (int i = 0; i < N; i++) {
            counters.add(new AtomicLong());
            states.add(new ClusterFolder(cluster).state(i));
        }
        for (int cut = 1; cut <= CUTS; cut++) {
            boot(config, states, cut);
            readBack(config);
            // Hand-overs put what a view change writes among what may be lost.
            replicas.get((cut - 1) % N).order(new WatchdogOrder.HandOver());
            PowerCut power = writeUntilThePowerFails(config, cut);
            // Whatever went on after that moment is not on the disks that are booted from next.
            stop();
            states = crash(seed + cut, power.steps, cut);
            acknowledged.keySet().retainAll(power.promised.keySet());
        }
        boot(config, states, CUTS + 1);
        readBack(config);
        for (TestReplica replica : replicas) {
            assertThat(replica.claimed("amnesia")).isFalse();
        }
        stop();
    }

    private void boot(ClusterConfig config, List<Path> states, long boot) throws Exception {
        Path cluster = folder.resolve("c");
        disks.clear();
        replicas.clear();
        for (int i = 0; i < N; i++) {
            RecordedFolder disk = new RecordedFolder(states.get(i));
            try (var files = Files.list(states.get(i))) {
                for (Path file : files.sorted().toList()) {
                    disk.adopt(String.valueOf(file.getFileName()), Files.readAllBytes(file));
                }
            }
            disks.add(disk);
            Launch first = TestReplica.launch(cluster, i, boot, 0);
            Launch launch = new Launch(i, first.config(), first.rom(), states.get(i), boot, 0, 0);
            TestReplica.Machine machine = new TestReplica.Machine(counters.get(i), disk);
            replicas.add(new TestReplica(cluster, config, machine, launch));
        }
    }

    private void stop() throws Exception {
        for (TestReplica replica : replicas) {
            replica.stop();
        }
    }

    private BftClient client(ClusterConfig config) throws Exception {
        Path file = new ClusterFolder(folder.resolve("c")).client("admin");
        return BftClient.connect(config, ClientIdentity.load(file), WRITERS);
    }

    /** A moment: what was acknowledged, and what the disks had been told a little later. */
    private record PowerCut(Map<String, String> promised, List<Integer> steps) {}

    /** Writes, and notes a moment at which writes are under way. */
    private PowerCut writeUntilThePowerFails(ClusterConfig config, int cut) throws Exception {
        BftClient client = client(config);
        List<Thread> writers = new ArrayList<>();
        int before = acknowledged.size();
        for (int i = 0; i < WRITERS; i++) {
            String name = "cut " + cut + " writer " + i;
            writers.add(new Thread(() -> write(client, name), name));
        }
        try {
            writers.forEach(Thread::start);
            long deadline = System.nanoTime() + DEADLINE.toNanos();
            while (acknowledged.size() < before + ACKNOWLEDGED) {
                assertThat(System.nanoTime() - deadline)
                        .as("writes are acknowledged")
                        .isNegative();
                TimeUnit.MILLISECONDS.sleep(1);
            }
            Map<String, String> promised = Map.copyOf(acknowledged);
            return new PowerCut(
                    promised, disks.stream().map(RecordedFolder::stepCount).toList());
        } finally {
            client.close();
            for (Thread writer : writers) {
                writer.interrupt();
                writer.join();
            }
        }
    }

    private void write(BftClient client, String name) {
        try {
            for (int i = 0; ; i++) {
                String key = name + " " + i;
                byte[] result = client.invoke(new KvOperation.Put(bytes(key), bytes("v" + i)).toBytes(), DEADLINE);
                if (KvResult.read(result).orElseThrow() instanceof KvResult.Done) {
                    acknowledged.put(key, "v" + i);
                }
            }
        } catch (InvocationException e) {
            // The client was closed: the power failed.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Path> crash(long seed, List<Integer> steps, int cut) throws IOException {
        List<Path> left = new ArrayList<>();
        for (int i = 0; i < N; i++) {
            Path target = Files.createDirectories(folder.resolve("cut-" + cut + "-" + i));
            disks.get(i).crash(steps.get(i), loss(seed + i), target);
            left.add(target);
        }
        return left;
    }

    private static RecordedFolder.Loss loss(long seed) {
        return switch ((int) (seed % 3)) {
            case 0 -> new RecordedFolder.All();
            case 1 -> new RecordedFolder.Some(seed);
            default -> new RecordedFolder.Torn(100);
        };
    }

    private void readBack(ClusterConfig config) throws Exception {
        try (BftClient client = client(config)) {
            for (Map.Entry<String, String> put : acknowledged.entrySet()) {
                byte[] result = client.invoke(new KvOperation.Get(bytes(put.getKey())).toBytes(), DEADLINE);
                assertThat(KvResult.read(result).orElseThrow())
                        .as(put.getKey())
                        .isInstanceOfSatisfying(KvResult.Value.class, value -> assertThat(value.value())
                                .isEqualTo(bytes(put.getValue())));
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
