package dev.bft.cli.bench;

import dev.bft.client.BftClient;
import dev.bft.client.InvocationException;
import dev.bft.service.kv.KvOperation;
import dev.bft.service.kv.KvResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** One client of a {@link CounterLoad}: it knows which number it was told is written. */
final class CounterClient implements AutoCloseable {

    private static final int PROBLEMS_MAX = 20;
    private static final Duration ASK_AGAIN = Duration.ofMillis(100);

    private final BftClient connection;
    private final String key;
    private final Duration deadline;
    private final Duration pause;
    private final Meter meter;
    private final List<String> problems = new ArrayList<>();
    private volatile boolean stopped;
    private final AtomicLong completed = new AtomicLong();
    private final LastNumber last = new LastNumber();

    CounterClient(BftClient connection, String key, Duration deadline, Duration pause, Meter meter) {
        this.connection = connection;
        this.key = key;
        this.deadline = deadline;
        this.pause = pause;
        this.meter = meter;
    }

    long completed() {
        return completed.get();
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    void stop() {
        stopped = true;
    }

    void run(CountDownLatch begun) {
        try {
            boolean done = write(new KvOperation.Put(bytes(key), number(0)), 0);
            begun.countDown();
            while (!stopped) {
                if (!done) {
                    adopt();
                }
                if (!pause.isZero()) {
                    Thread.sleep(pause.toMillis());
                }
                long present = last.confirmedLast();
                long next = present + 1;
                done = write(new KvOperation.Cas(bytes(key), number(present), number(next)), next);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            begun.countDown();
        }
    }

    private boolean write(KvOperation operation, long number) throws InterruptedException {
        long sent = System.nanoTime();
        last.asked(number);
        try {
            Optional<KvResult> result = KvResult.read(connection.invoke(operation.toBytes(), deadline));
            meter.completed(System.nanoTime() - sent);
            completed.incrementAndGet();
            if (result.isPresent() && result.get() instanceof KvResult.Done) {
                last.confirmed();
                return true;
            }
            problem("number " + number + " was answered with "
                    + result.map(Object::toString).orElse("nonsense"));
        } catch (InvocationException e) {
            meter.failed();
            problem("number " + number + ": " + e.getMessage());
        }
        return false;
    }

    /** After a problem the store says where to go on. */
    private void adopt() throws InterruptedException {
        Optional<Long> stored = stored();
        while (stored.isEmpty() && !stopped) {
            Thread.sleep(ASK_AGAIN.toMillis());
            stored = stored();
        }
        if (stored.isPresent()) {
            check(stored.get());
            last.found(stored.get());
        }
    }

    /** Looks whether the store has the number that it must have. */
    void readBack() throws InterruptedException {
        Optional<Long> stored = stored();
        if (stored.isPresent()) {
            check(stored.get());
        } else {
            problem("the counter cannot be read back");
        }
    }

    private void check(long stored) {
        if (!last.admits(stored)) {
            problem("the store has " + stored + ", and " + last.confirmedLast() + " was confirmed last");
        }
    }

    private Optional<Long> stored() throws InterruptedException {
        try {
            byte[] answer = connection.invoke(new KvOperation.Get(bytes(key)).toBytes(), deadline);
            return KvResult.read(answer)
                    .filter(KvResult.Value.class::isInstance)
                    .map(value ->
                            Long.valueOf(new String(((KvResult.Value) value).value(), StandardCharsets.US_ASCII)));
        } catch (InvocationException e) {
            return Optional.empty();
        }
    }

    private void problem(String what) {
        if (problems.size() < PROBLEMS_MAX) {
            problems.add(key + ": " + what);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] number(long number) {
        return bytes(String.valueOf(number));
    }

    @Override
    public void close() {
        connection.close();
    }
}
