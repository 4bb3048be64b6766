package dev.bft.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.bft.cli.bench.Histogram;
import dev.bft.client.BftClient;
import dev.bft.client.InvocationException;
import dev.bft.service.kv.KvOperation;
import dev.bft.service.kv.KvResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** One of {@link HonestClients}: a counter of its own by compare-and-set, and its part in the register of all. */
final class HonestClient implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final int PROBLEMS_MAX = 20;
    private static final int PATIENCE = 12;
    /** Every so many operations one on the register. */
    private static final int TURN = 8;

    private final int number;
    private final BftClient connection;
    private final SharedHistory history;
    private final Supplier<Histogram> latencies;
    private final byte[] shared;
    private final byte[] key;
    private final List<String> problems = new ArrayList<>();
    private volatile boolean stopped;
    private final AtomicLong completed = new AtomicLong();
    private final AtomicLong late = new AtomicLong();
    private volatile long begunAt;
    private long counter;
    /** The counter may be one further than it was told. */
    private boolean doubtful;

    private long version;
    private int writer;

    /** Where what it sees is written down. */
    record Books(SharedHistory history, Supplier<Histogram> latencies) {}

    HonestClient(String run, int number, BftClient connection, Books books) {
        this.number = number;
        this.connection = connection;
        this.history = books.history;
        this.latencies = books.latencies;
        this.shared = (run + "/shared").getBytes(US_ASCII);
        this.key = (run + "/" + number).getBytes(US_ASCII);
    }

    void run(CountDownLatch begun) {
        try {
            invoke(new KvOperation.Put(key, text("0")), false);
            if (number == 1) {
                invoke(new KvOperation.Put(shared, text("0:0")), false);
            }
            begun.countDown();
            begun.await();
            for (long turn = number; !stopped; turn++) {
                if (turn % TURN != 0) {
                    count();
                } else if (turn / TURN % 2 == 0) {
                    look();
                } else {
                    write();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            begun.countDown();
        }
    }

    private void count() throws InterruptedException {
        if (doubtful && !settle()) {
            return;
        }
        Optional<KvResult> result = invoke(
                new KvOperation.Cas(key, text(String.valueOf(counter)), text(String.valueOf(counter + 1))), false);
        if (result.isEmpty()) {
            doubtful = true;
        } else if (result.get() instanceof KvResult.Done) {
            counter++;
        } else {
            problem("counter " + (counter + 1) + " was answered with " + result.get());
            doubtful = true;
        }
    }

    /** The store says where to go on: where it was, or one further. */
    private boolean settle() throws InterruptedException {
        Optional<Long> stored = invoke(new KvOperation.Get(key), false)
                .flatMap(HonestClient::value)
                .map(Long::valueOf);
        if (stored.isEmpty()) {
            return false;
        }
        if (stored.get() != counter && !(doubtful && stored.get() == counter + 1)) {
            problem("the store has " + stored.get() + ", and " + counter + " was confirmed last");
        }
        counter = stored.get();
        doubtful = false;
        return true;
    }

    private void look() throws InterruptedException {
        long begun = System.nanoTime();
        Optional<String> seen = invoke(new KvOperation.Get(shared), true).flatMap(HonestClient::value);
        if (seen.isPresent()) {
            String[] parts = seen.get().split(":", -1);
            version = Long.parseLong(parts[0]);
            writer = Integer.parseInt(parts[1]);
            history.read(version, writer, begun, System.nanoTime());
        }
    }

    private void write() throws InterruptedException {
        look();
        long begun = System.nanoTime();
        KvOperation cas = new KvOperation.Cas(shared, text(version + ":" + writer), text((version + 1) + ":" + number));
        Optional<KvResult> result = invoke(cas, false);
        long ended = System.nanoTime();
        if (result.isEmpty()) {
            history.perhaps(version + 1, number, begun);
        } else if (result.get() instanceof KvResult.Done) {
            history.wrote(version + 1, number, begun, ended);
        } else {
            history.refused(version + 1, number, begun, ended);
        }
    }

    /** The answer; empty if there was none in time. */
    private Optional<KvResult> invoke(KvOperation operation, boolean reads) throws InterruptedException {
        long begun = System.nanoTime();
        begunAt = begun;
        try {
            byte[] bytes = operation.toBytes();
            byte[] answer = reads ? connection.read(bytes, DEADLINE) : connection.invoke(bytes, DEADLINE);
            completed.incrementAndGet();
            return KvResult.read(answer);
        } catch (InvocationException e) {
            if (e.reason() == InvocationException.Reason.TIMEOUT) {
                late.incrementAndGet();
            } else {
                problem(operation.getClass().getSimpleName() + ": " + e.getMessage());
            }
            TimeUnit.MILLISECONDS.sleep(1);
            return Optional.empty();
        } finally {
            latencies.get().add(System.nanoTime() - begun);
            begunAt = 0;
        }
    }

    private static Optional<String> value(KvResult result) {
        return result instanceof KvResult.Value value
                ? Optional.of(new String(value.value(), US_ASCII))
                : Optional.empty();
    }

    /** How long it has been waiting for an answer. */
    long waitingNanos(long now) {
        long begun = begunAt;
        return begun == 0 ? 0 : now - begun;
    }

    long late() {
        return late.get();
    }

    long completed() {
        return completed.get();
    }

    void stop() {
        stopped = true;
    }

    /** The counter is what it was told, or one further where it was not told. */
    void readBack() throws InterruptedException {
        for (int i = 0; i < PATIENCE; i++) {
            if (settle()) {
                return;
            }
        }
        problem("the counter cannot be read back");
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    private void problem(String what) {
        if (problems.size() < PROBLEMS_MAX) {
            problems.add("client " + number + ": " + what);
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(US_ASCII);
    }

    @Override
    public void close() {
        connection.close();
    }
}
