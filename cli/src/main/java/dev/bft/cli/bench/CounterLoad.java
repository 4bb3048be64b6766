package dev.bft.cli.bench;

import dev.bft.client.BftClient;
import dev.bft.keystore.ClientIdentity;
import dev.bft.keystore.ClusterConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Clients that count in the key-value store, without pause if not told otherwise, each with its own key and connection.
 * A count goes from one number to the next by compare-and-set, so an operation that was lost or done twice shows at
 * once, and at the end.
 */
public final class CounterLoad implements AutoCloseable {

    private final List<CounterClient> clients = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Meter meter;
    private final long start = System.nanoTime();

    private CounterLoad() {
        this.meter = new Meter(start);
    }

    /**
     * Starts the clients; returns when each has written its first number.
     *
     * @param deadline an operation that is not answered by then is a problem
     */
    public static CounterLoad start(ClusterConfig config, List<ClientIdentity> identities, Duration deadline)
            throws IOException, InterruptedException {
        return start(config, identities, deadline, Duration.ZERO);
    }

    /**
     * The same with a pause between an answer and the next operation.
     *
     * @param pause how long each client waits, in whole milliseconds
     */
    public static CounterLoad start(
            ClusterConfig config, List<ClientIdentity> identities, Duration deadline, Duration pause)
            throws IOException, InterruptedException {
        CounterLoad load = new CounterLoad();
        CountDownLatch begun = new CountDownLatch(identities.size());
        try {
            for (ClientIdentity identity : identities) {
                BftClient connection = BftClient.connect(config, identity, 1);
                String key = "counter/" + identity.credential().name();
                CounterClient client = new CounterClient(connection, key, deadline, pause, load.meter);
                load.clients.add(client);
                load.threads.add(new Thread(() -> client.run(begun), key));
            }
            load.threads.forEach(Thread::start);
            begun.await();
            load.meter.begins(System.nanoTime());
            return load;
        } catch (IOException | InterruptedException e) {
            load.close();
            throw e;
        }
    }

    /** Operations completed until now. */
    public long completed() {
        return clients.stream().mapToLong(CounterClient::completed).sum();
    }

    /** Ends the counting and reads every counter back. */
    public Result stop() throws InterruptedException {
        clients.forEach(CounterClient::stop);
        for (Thread thread : threads) {
            thread.join();
        }
        long end = System.nanoTime();
        Sample sample = meter.sample(end - start, 0, end);
        List<String> problems = new ArrayList<>();
        for (CounterClient client : clients) {
            client.readBack();
            problems.addAll(client.problems());
        }
        return new Result(sample, problems);
    }

    @Override
    public void close() {
        clients.forEach(CounterClient::stop);
        clients.forEach(CounterClient::close);
    }

    /**
     * What became of it.
     *
     * @param sample how it went
     * @param problems each operation that was not answered in time, lost or done twice; empty if all is well
     */
    public record Result(Sample sample, List<String> problems) {

        /** Copies the list. */
        public Result {
            problems = List.copyOf(problems);
        }
    }
}
