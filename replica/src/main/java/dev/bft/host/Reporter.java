package dev.bft.host;

import dev.bft.coprocessor.LocalChannel;
import dev.bft.coprocessor.ReplicaReport;
import java.io.IOException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * The thread that tells the watchdog. A watchdog that does not listen costs reports, never the replica's time or
 * memory; that it is ready or has saved is never lost.
 */
final class Reporter {
    private static final int WAITING_MAX = 1024;

    private final LinkedBlockingQueue<ReplicaReport> queue = new LinkedBlockingQueue<>();
    private final LocalChannel channel;
    private final Consumer<String> fatal;
    private long lost;

    /** A reporter that is not started; {@code fatal} is called if the channel fails. */
    Reporter(LocalChannel channel, Consumer<String> fatal) {
        this.channel = channel;
        this.fatal = fatal;
    }

    void start() {
        Thread thread = new Thread(this::run, "reporter");
        thread.setDaemon(true);
        thread.start();
    }

    /** Tells; always by the same thread. */
    void tell(ReplicaReport report) {
        boolean vital = report instanceof ReplicaReport.Ready || report instanceof ReplicaReport.SaveDone;
        if (!vital && queue.size() >= WAITING_MAX) {
            lost++;
        } else {
            queue.add(report);
        }
    }

    /** How many reports were lost because nobody listened. */
    long lost() {
        return lost;
    }

    private void run() {
        try {
            while (true) {
                channel.write(queue.take().encode());
            }
        } catch (IOException e) {
            fatal.accept("the watchdog is gone: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
