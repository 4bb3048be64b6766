package dev.bft.cli;

import dev.bft.cli.bench.CpuTime;
import dev.bft.client.BftClient;
import dev.bft.client.InvocationException;
import dev.bft.coprocessor.ReplicaReport.StatusReport;
import dev.bft.service.kv.KvOperation;
import dev.bft.service.kv.KvResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Fills the state of a cluster, takes the files of one replica away, and lets it fetch all from the others. */
final class TransferBench {

    private static final int VALUE = 1 << 20;
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Duration TIMEOUT = Duration.ofMinutes(10);
    private static final long POLL_MILLIS = 20;
    private static final int REPLICA = 3;

    private final ThrowawayCluster cluster;
    private final Watchdogs watchdogs;
    private final Consumer<String> progress;

    /**
     * One transfer.
     *
     * @param pages the pages fetched
     * @param fetchMicros from the first FETCH until all of it was there
     * @param transferMicros from the first FETCH until it was on disk, and the replica went on from it
     * @param upMicros from the start of the replica's watchdog until it had executed what the others had
     * @param fetcherCpuMicros CPU time of the replica that fetched, from the first FETCH until it was on disk
     * @param cpuMicros CPU time of all processes, the start of the replica included
     */
    record Taken(
            long pages, long fetchMicros, long transferMicros, long upMicros, long fetcherCpuMicros, long cpuMicros) {}

    /** @param progress told what is being done */
    TransferBench(ThrowawayCluster cluster, Consumer<String> progress) {
        this.cluster = cluster;
        this.watchdogs = cluster.local().watchdogs();
        this.progress = progress;
    }

    /** Writes values until so many bytes are taken, or the store is full; how many bytes those are. */
    long fill(BftClient client, long bytes) throws CommandException, InterruptedException {
        byte[] value = new byte[VALUE];
        new Random(1).nextBytes(value);
        long count = bytes / VALUE;
        for (long i = 0; i < count; i++) {
            progress.accept("filling the state, " + i + " of " + count + " MiB");
            byte[] key = ("bench-" + i).getBytes(StandardCharsets.US_ASCII);
            value[0] = (byte) i;
            if (!put(client, new KvOperation.Put(key, value))) {
                return i * VALUE;
            }
        }
        return count * VALUE;
    }

    /** Overwrites a short value for two checkpoint periods, so that a checkpoint holds what was filled in and is stable. */
    void settle(BftClient client, int period) throws CommandException, InterruptedException {
        progress.accept("waiting for a checkpoint");
        KvOperation.Put put = new KvOperation.Put("bench".getBytes(StandardCharsets.US_ASCII), new byte[] {0});
        for (int i = 0; i < 2 * period; i++) {
            put(client, put);
        }
    }

    private static boolean put(BftClient client, KvOperation put) throws CommandException, InterruptedException {
        try {
            return KvResult.read(client.invoke(put.toBytes(), DEADLINE))
                    .filter(KvResult.Done.class::isInstance)
                    .isPresent();
        } catch (InvocationException e) {
            throw new CommandException(ExitCode.DEGRADED, "the state could not be filled: " + e.getMessage(), e);
        }
    }

    /** One replica loses its files and comes back. */
    Taken transfer() throws CommandException, IOException, InterruptedException {
        long executed = executed();
        watchdogs.client(REPLICA).stop(DEADLINE);
        until(
                () -> Watchdogs.status(cluster.folder(), REPLICA).isPresent() ? Optional.empty() : Optional.of(true),
                () -> "the replica's watchdog does not end");
        wipe(cluster.folder().state(REPLICA));
        progress.accept("fetching");
        long cpuBefore = cpu();
        long begun = System.nanoTime();
        cluster.local().start(List.of(REPLICA));
        StatusReport claim = await(executed);
        long up = System.nanoTime() - begun;
        Map<String, Long> metrics = claim.metrics();
        return new Taken(
                metrics.getOrDefault("transfer_pages", 0L),
                metrics.getOrDefault("transfer_fetch_us", 0L),
                metrics.getOrDefault("transfer_us", 0L),
                up / 1000,
                metrics.getOrDefault("transfer_cpu_us", 0L),
                (cpu() - cpuBefore) / 1000);
    }

    /** Of the processes there are now. */
    private long cpu() throws IOException, InterruptedException {
        return new CpuTime(cluster.local().pids()).read();
    }

    private long executed() throws IOException, InterruptedException {
        return watchdogs.view().members().stream()
                .flatMap(member -> member.claim().stream())
                .mapToLong(StatusReport::executed)
                .max()
                .orElse(0);
    }

    private StatusReport await(long executed) throws CommandException, IOException, InterruptedException {
        return until(
                () -> claim().filter(claim -> claim.executed() >= executed),
                () -> "the replica does not catch up: " + claim());
    }

    private Optional<StatusReport> claim() throws IOException, InterruptedException {
        return watchdogs.view().members().get(REPLICA).claim();
    }

    /** What is waited for; watchdogs tell nobody by themselves, so it is looked for again and again. */
    private interface Look<T> {
        T now() throws IOException, InterruptedException;
    }

    private static <T> T until(Look<Optional<T>> seen, Look<String> otherwise)
            throws CommandException, IOException, InterruptedException {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (System.nanoTime() - deadline < 0) {
            Optional<T> there = seen.now();
            if (there.isPresent()) {
                return there.get();
            }
            Thread.sleep(POLL_MILLIS);
        }
        throw new CommandException(ExitCode.TIMEOUT, otherwise.now());
    }

    private static void wipe(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }
}
