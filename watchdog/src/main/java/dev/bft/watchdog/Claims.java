package dev.bft.watchdog;

import dev.bft.coprocessor.ReplicaReport.StatusReport;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The last thing a replica said of itself, its words made harmless to a terminal. */
final class Claims {

    private Optional<StatusReport> last = Optional.empty();
    private long at = Long.MIN_VALUE;

    synchronized void put(StatusReport report, long now) {
        SortedMap<String, Long> metrics = new TreeMap<>();
        report.metrics().forEach((name, value) -> metrics.put(WatchdogLog.oneLine(name), value));
        last = Optional.of(new StatusReport(
                WatchdogLog.oneLine(report.phase()),
                report.view(),
                report.executed(),
                report.stable(),
                WatchdogLog.oneLine(report.digest()),
                report.primary(),
                report.recovering(),
                report.lastCounter(),
                report.drops(),
                report.heapUsed(),
                metrics));
        at = now;
        notifyAll();
    }

    /** A new process has said nothing. */
    synchronized void clear() {
        last = Optional.empty();
        at = Long.MIN_VALUE;
    }

    /** Returns one made since then if it comes within this time, else the last. */
    synchronized Optional<StatusReport> fresh(long since, long waitMillis) {
        long end = System.nanoTime() + waitMillis * 1_000_000;
        try {
            long left = waitMillis;
            while (at < since && left > 0) {
                wait(left);
                left = (end - System.nanoTime()) / 1_000_000;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return last;
    }
}
