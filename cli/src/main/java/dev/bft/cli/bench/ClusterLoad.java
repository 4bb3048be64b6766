package dev.bft.cli.bench;

import dev.bft.client.BftClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Clients of a cluster: each repeats one operation and sends it when the one before was answered. */
public final class ClusterLoad implements Load {

    /** An operation that is not answered by then counts as an error. */
    private static final Duration DEADLINE = Duration.ofSeconds(5);

    private final List<BftClient> connections;
    private final int clients;
    private final Operation operation;
    private final List<Long> processes;
    private final CpuTime cpu;

    /**
     * What every client does again and again.
     *
     * @param reads whether it goes as one that only reads
     */
    public record Operation(byte[] bytes, boolean reads) {
        private CompletableFuture<byte[]> on(BftClient client) {
            return reads ? client.read(bytes) : client.invoke(bytes);
        }
    }

    /**
     * @param connections share the clients among them
     * @param clients how many operations are under way at a time
     * @param processes of the cluster
     */
    public ClusterLoad(List<BftClient> connections, int clients, Operation operation, List<Long> processes) {
        this.connections = List.copyOf(connections);
        this.clients = clients;
        this.operation = operation;
        this.processes = List.copyOf(processes);
        this.cpu = new CpuTime(processes);
    }

    @Override
    public Sample run(Duration time) throws InterruptedException {
        long cpuBefore = cpu.read();
        long start = System.nanoTime();
        Meter meter = new Meter(start);
        Phaser underWay = new Phaser(1 + clients);
        List<Client> running = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            BftClient connection = connections.get(i % connections.size());
            running.add(new Client(connection, meter, underWay, start + time.toNanos()));
        }
        running.forEach(Client::send);
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
        long end = System.nanoTime();
        Sample sample = meter.sample(end - start, cpu.read() - cpuBefore, end);
        int lost = lost(underWay);
        running.forEach(Client::rethrow);
        return sample.withErrors(lost);
    }

    @Override
    public List<Long> processes() {
        return processes;
    }

    /** Waits for the last answers; returns how many do not come. */
    private static int lost(Phaser underWay) throws InterruptedException {
        try {
            underWay.awaitAdvanceInterruptibly(underWay.arrive(), DEADLINE.toNanos(), TimeUnit.NANOSECONDS);
            return 0;
        } catch (TimeoutException e) {
            return underWay.getUnarrivedParties();
        }
    }

    /** One client of one measurement; it ends with the first answer after the end. */
    private final class Client {

        private final BftClient connection;
        private final Meter meter;
        private final Phaser underWay;
        private final long end;
        private volatile CompletableFuture<Void> last = CompletableFuture.completedFuture(null);

        Client(BftClient connection, Meter meter, Phaser underWay, long end) {
            this.connection = connection;
            this.meter = meter;
            this.underWay = underWay;
            this.end = end;
        }

        void send() {
            long sent = System.nanoTime();
            last = operation.on(connection).handle((result, failure) -> {
                answered(System.nanoTime(), sent, failure == null);
                return null;
            });
        }

        private void answered(long now, long sent, boolean done) {
            if (now - end >= 0) {
                underWay.arriveAndDeregister();
                return;
            }
            if (done) {
                meter.completed(now - sent);
            } else {
                meter.failed();
            }
            send();
        }

        /** What went wrong in our own code while an answer was taken. */
        void rethrow() {
            if (last.isDone()) {
                last.join();
            }
        }
    }
}
