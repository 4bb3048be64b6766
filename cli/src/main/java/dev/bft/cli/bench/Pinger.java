package dev.bft.cli.bench;

import dev.bft.client.BftClient;
import dev.bft.client.InvocationException;
import java.time.Duration;

/** One client that repeats an operation without pause and notes the longest wait for an answer. */
public final class Pinger implements AutoCloseable {

    private static final Duration DEADLINE = Duration.ofSeconds(5);

    private final BftClient client;
    private final byte[] operation;
    private final Histogram latencies = new Histogram();
    private final Thread thread = new Thread(this::run, "pinger");
    private volatile boolean stopped;
    private long begun;
    private long ended;
    private long worstNanos;
    private long errors;

    /** Starts it. */
    public static Pinger start(BftClient client, byte[] operation) {
        Pinger pinger = new Pinger(client, operation);
        pinger.thread.setDaemon(true);
        pinger.thread.start();
        return pinger;
    }

    private Pinger(BftClient client, byte[] operation) {
        this.client = client;
        this.operation = operation.clone();
    }

    private void run() {
        try {
            while (!stopped) {
                long start = begin();
                boolean answered = ping();
                end(System.nanoTime() - start, answered);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean ping() throws InterruptedException {
        try {
            client.invoke(operation, DEADLINE);
            return true;
        } catch (InvocationException e) {
            return false;
        }
    }

    private synchronized long begin() {
        begun++;
        return System.nanoTime();
    }

    private synchronized void end(long nanos, boolean answered) {
        ended = begun;
        worstNanos = Math.max(worstNanos, nanos);
        errors += answered || stopped ? 0 : 1;
        latencies.add(nanos);
        notifyAll();
    }

    /** The longest wait of any operation since the last call, up to the end of one that begins after this one. */
    public synchronized long worstNanos() throws InterruptedException {
        long last = begun + 1;
        while (ended < last && !stopped) {
            wait(DEADLINE.toMillis());
        }
        long worst = worstNanos;
        worstNanos = 0;
        return worst;
    }

    /** How long each operation took; whole after {@link #close}. */
    public synchronized Histogram latencies() {
        return latencies;
    }

    /** Operations so far. */
    public synchronized long count() {
        return latencies.count();
    }

    /** Operations that were not answered in time. */
    public synchronized long errors() {
        return errors;
    }

    /** Ends it; what it measured stands from then on. */
    @Override
    public void close() {
        stopped = true;
        client.close();
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
