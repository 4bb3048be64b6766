package dev.bft.cli;

import dev.bft.cli.bench.Histogram;
import dev.bft.client.BftClient;
import dev.bft.keystore.ConfigException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Clients that do as they should, each with a credential of its own, one operation at a time without pause: each counts
 * for itself, and now and then all change and read one register. What they saw is judged at the end.
 */
final class HonestClients implements AutoCloseable {
    private final List<HonestClient> clients = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final SharedHistory history = new SharedHistory();
    private final AtomicReference<Histogram> latencies = new AtomicReference<>(new Histogram());
    private long takenAt = System.nanoTime();

    private static final AtomicInteger RUNS = new AtomicInteger();

    /**
     * What they did in some time.
     *
     * @param nanos how long it was
     * @param operations how many were answered
     * @param medianNanos how long half of them took at most
     * @param longestNanos the longest wait of any of them, for an answer that came or is still to come
     */
    record Reading(long nanos, long operations, long medianNanos, long longestNanos) {
        /** Both in one. */
        Reading and(Reading next) {
            return new Reading(
                    nanos + next.nanos,
                    operations + next.operations,
                    Math.max(medianNanos, next.medianNanos),
                    Math.max(longestNanos, next.longestNanos));
        }

        double perSecond() {
            return operations * 1e9 / nanos;
        }
    }

    private HonestClients() {}

    /** Starts clients of these names; returns when each has had a first answer. */
    static HonestClients of(TestCluster cluster, List<String> names)
            throws ConfigException, IOException, InterruptedException {
        HonestClients load = new HonestClients();
        String run = "run" + RUNS.incrementAndGet();
        CountDownLatch begun = new CountDownLatch(names.size());
        boolean whole = false;
        try {
            for (int i = 0; i < names.size(); i++) {
                BftClient connection = BftClient.connect(cluster.config(), cluster.identity(names.get(i)), 1);
                HonestClient client = new HonestClient(
                        run, i + 1, connection, new HonestClient.Books(load.history, load.latencies::get));
                load.clients.add(client);
                load.threads.add(new Thread(() -> client.run(begun), "honest-" + names.get(i)));
            }
            load.threads.forEach(Thread::start);
            begun.await();
            load.take();
            whole = true;
            return load;
        } finally {
            if (!whole) {
                load.close();
            }
        }
    }

    /** What they did since this was asked last. */
    Reading take() {
        long now = System.nanoTime();
        Histogram over = latencies.getAndSet(new Histogram());
        long waiting =
                clients.stream().mapToLong(c -> c.waitingNanos(now)).max().orElse(0);
        Reading reading = new Reading(now - takenAt, over.count(), over.quantile(0.5), Math.max(over.max(), waiting));
        takenAt = now;
        return reading;
    }

    /** Operations answered until now. */
    long completed() {
        return clients.stream().mapToLong(HonestClient::completed).sum();
    }

    /** Ends it; what was lost, done twice, answered wrongly, or contradicts one order of all. */
    List<String> stop() throws InterruptedException {
        clients.forEach(HonestClient::stop);
        for (Thread thread : threads) {
            thread.join();
        }
        List<String> problems = new ArrayList<>();
        for (HonestClient client : clients) {
            client.readBack();
            problems.addAll(client.problems());
        }
        problems.addAll(history.problems());
        return problems;
    }

    /** Operations that were not answered in time. */
    long late() {
        return clients.stream().mapToLong(HonestClient::late).sum();
    }

    /** How many operations on the register that all share were told something. */
    int shared() {
        return history.size();
    }

    @Override
    public void close() {
        clients.forEach(HonestClient::stop);
        clients.forEach(HonestClient::close);
    }
}
