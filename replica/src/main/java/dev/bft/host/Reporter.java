package dev.bft.host;

import dev.bft.coprocessor.LocalChannel;
import dev.bft.coprocessor.ReplicaReport;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;

/** The thread that tells the watchdog; a watchdog that does not listen costs reports, never the replica's time. */
final class Reporter implements Runnable {
    private static final int WAITING = 1024;

    private final ArrayBlockingQueue<ReplicaReport> queue = new ArrayBlockingQueue<>(WAITING);
    private final LocalChannel channel;

    Reporter(LocalChannel channel) {
        this.channel = channel;
    }

    void tell(ReplicaReport report) {
        boolean room = queue.offer(report);
        if (!room && !(report instanceof ReplicaReport.StatusReport)) {
            System.err.println("bft-replica: the watchdog does not listen; lost a report");
        }
    }

    /** Whether everything was told. */
    boolean isIdle() {
        return queue.isEmpty();
    }

    @Override
    public void run() {
        try {
            while (true) {
                channel.write(queue.take().encode());
            }
        } catch (IOException e) {
            Stop.now(Stop.INTERNAL, "the watchdog is gone: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
