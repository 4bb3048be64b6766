package dev.bft.watchdog.audit;

import dev.bft.watchdog.audit.AuditLine.Entry;
import dev.bft.watchdog.audit.AuditLine.Finding;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;

/** One log of a tail: a thread reads it, the tail takes its lines. */
final class TailedLog implements AuditSource.Sink {

    /** What is read ahead of the tail; a reader waits beyond that. */
    private static final int LINES_MAX = 256;

    private final AuditTail.Place place;
    private final AuditQuery query;
    private final Semaphore arrivals;
    private final BlockingQueue<Item> items = new ArrayBlockingQueue<>(LINES_MAX);
    private final Thread thread;
    private boolean caughtUp;
    private boolean ended;
    private long lastMillis = Long.MIN_VALUE;

    /** What the thread passes on. */
    private sealed interface Item {

        record Line(AuditLine line) implements Item {}

        record CaughtUp() implements Item {}

        record Ended() implements Item {}
    }

    TailedLog(AuditTail.Place place, AuditQuery query, Semaphore arrivals) {
        this.place = place;
        this.query = query;
        this.arrivals = arrivals;
        this.thread = new Thread(this::read, "audit-tail-" + place.replica());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void read() {
        AuditSource.Mode mode = query.follow() ? AuditSource.Mode.FOLLOW : AuditSource.Mode.ONCE;
        try {
            try {
                new AuditSource(new AuditFolder(place.folder()), place.replica(), mode, this).run();
            } catch (IOException e) {
                line(new Finding(place.replica(), 1, "the log cannot be read: " + e));
            }
            put(new Item.Ended());
        } catch (InterruptedException e) {
            // Closed: nobody takes lines any more.
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void line(AuditLine line) throws InterruptedException {
        if (!(line instanceof Entry entry) || query.wants(entry.record())) {
            put(new Item.Line(line));
        }
    }

    @Override
    public void caughtUp() throws InterruptedException {
        put(new Item.CaughtUp());
    }

    private void put(Item item) throws InterruptedException {
        items.put(item);
        arrivals.release();
    }

    /** Takes the marks that stand before the next line. */
    void noteMarks() {
        for (Item next = items.peek(); next != null && !(next instanceof Item.Line); next = items.peek()) {
            caughtUp = true;
            ended = next instanceof Item.Ended;
            items.remove();
        }
    }

    boolean isCaughtUp() {
        return caughtUp;
    }

    boolean hasEnded() {
        return ended;
    }

    Optional<AuditLine> peek() {
        return items.peek() instanceof Item.Line next ? Optional.of(next.line()) : Optional.empty();
    }

    /** Takes the next line. */
    Optional<AuditLine> poll() {
        Optional<AuditLine> next = peek();
        if (next.isPresent()) {
            lastMillis = lineMillis();
            items.remove();
        }
        return next;
    }

    /** Where the next line stands in time: never before the line that stood before it. */
    long lineMillis() {
        return peek().filter(Entry.class::isInstance)
                .map(line -> Math.max(lastMillis, ((Entry) line).record().wallMillis()))
                .orElse(lastMillis);
    }

    void close() {
        thread.interrupt();
    }
}
