package dev.bft.watchdog.audit;

import dev.bft.watchdog.audit.AuditLine.Entry;
import dev.bft.watchdog.audit.AuditLine.Finding;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The logs of some replicas as one, in the order of time; each log keeps its own order, whatever its clock did. Each is
 * read by a process of its own, so that a damaged one costs no more than itself: that is a finding.
 */
public final class AuditTail implements AutoCloseable {

    private final AuditQuery query;
    private final Semaphore arrivals = new Semaphore(0);
    private final List<TailedLog> logs = new ArrayList<>();
    private final Deque<AuditLine> ready = new ArrayDeque<>();
    private int held;
    private boolean live;

    /**
     * Where the log of a replica is.
     *
     * @param folder that of the log, DIR/replica-N/audit; it need not exist yet
     */
    public record Place(int replica, Path folder) {}

    private AuditTail(AuditQuery query) {
        this.query = query;
    }

    /** Starts to read these logs. */
    public static AuditTail open(List<Place> places, AuditQuery query) {
        AuditTail tail = new AuditTail(query);
        places.forEach(place -> tail.logs.add(new TailedLog(place, query, tail.arrivals)));
        tail.logs.forEach(TailedLog::start);
        return tail;
    }

    /** The next line; empty if there was none in this time, or if there will be none any more. */
    public Optional<AuditLine> next(Duration wait) throws InterruptedException {
        long deadline = System.nanoTime() + wait.toNanos();
        while (true) {
            while (gather()) {
                // Takes what has arrived as long as its order is certain.
            }
            boolean tellable = live || query.last() == AuditQuery.ALL;
            if (tellable && !ready.isEmpty()) {
                return Optional.of(ready.remove());
            }
            long rest = deadline - System.nanoTime();
            if (hasEnded() || rest <= 0 || !arrivals.tryAcquire(rest, TimeUnit.NANOSECONDS)) {
                return Optional.empty();
            }
            arrivals.drainPermits();
        }
    }

    /** Whether every line has been taken and none will come. */
    public boolean hasEnded() {
        logs.forEach(TailedLog::noteMarks);
        return ready.isEmpty() && logs.stream().allMatch(TailedLog::hasEnded);
    }

    /** Moves one line to the ready ones; tells whether there may be another. */
    private boolean gather() {
        logs.forEach(TailedLog::noteMarks);
        if (!live && logs.stream().allMatch(TailedLog::isCaughtUp)) {
            live = true;
        }
        if (live && !ready.isEmpty()) {
            return false;
        }
        // Before all have caught up, a log without a line may still have an older one to tell.
        boolean uncertain = !live
                && logs.stream().anyMatch(log -> !log.isCaughtUp() && log.peek().isEmpty());
        Optional<TailedLog> first = logs.stream()
                .filter(log -> log.peek().isPresent())
                .min(Comparator.comparingLong(TailedLog::lineMillis));
        if (uncertain || first.isEmpty() || (query.last() == AuditQuery.ALL && !ready.isEmpty())) {
            return false;
        }
        first.flatMap(TailedLog::poll).ifPresent(this::hold);
        return true;
    }

    private void hold(AuditLine line) {
        ready.add(line);
        if (live || line instanceof Finding) {
            return;
        }
        held++;
        if (held > query.last()) {
            ready.removeFirstOccurrence(
                    ready.stream().filter(Entry.class::isInstance).findFirst().orElseThrow());
            held--;
        }
    }

    /** Ends all reading. */
    @Override
    public void close() {
        logs.forEach(TailedLog::close);
    }
}
