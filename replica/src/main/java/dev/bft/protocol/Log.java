package dev.bft.protocol;

import dev.bft.wire.SignedRequest;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The slots of the window (h, h+L], and the two marks: h, the last stable checkpoint, and le, last executed. */
final class Log {
    private final TreeMap<Long, Slot> slots = new TreeMap<>();
    private final Settings settings;
    private long stable;
    private long executed;

    Log(Settings settings) {
        this.settings = settings;
    }

    /** h. */
    long stable() {
        return stable;
    }

    /** le. */
    long executed() {
        return executed;
    }

    /** h+L, the high water mark. */
    long high() {
        return stable + settings.logSize();
    }

    boolean inWindow(long seqno) {
        return seqno > stable && seqno <= high();
    }

    /** The slot of a seqno in the window, made when it is not there. */
    Slot slot(long seqno) {
        Invariant.check(inWindow(seqno), "slot in the window");
        return slots.computeIfAbsent(seqno, n -> new Slot(n, settings.replicas()));
    }

    /** The slot, if anything is known of it. */
    Optional<Slot> find(long seqno) {
        return Optional.ofNullable(slots.get(seqno));
    }

    /** All slots, increasing. */
    Collection<Slot> slots() {
        return slots.values();
    }

    /** The slots above the last executed one, increasing. */
    Collection<Slot> open() {
        return slots.tailMap(executed, false).values();
    }

    /** Whether a slot above the last executed one holds this request. */
    boolean isUnderWay(SignedRequest request) {
        return open().stream().flatMap(slot -> slot.batch().stream()).anyMatch(batch -> batch.requests().stream()
                .anyMatch(r -> r.digest().equals(request.digest())));
    }

    void setExecuted(long seqno) {
        executed = seqno;
    }

    /** Moves h up: everything up to it is forgotten. */
    void cut(long seqno) {
        Invariant.check(seqno >= stable, "h never falls");
        stable = seqno;
        slots.headMap(seqno, true).clear();
    }

    /** Forgets every slot: what was read of them is not to be trusted. */
    void forgetAll() {
        slots.clear();
    }

    /** The highest seqno I voted for; the stable one if none. */
    long lastVoted() {
        for (Map.Entry<Long, Slot> entry : slots.descendingMap().entrySet()) {
            if (entry.getValue().voted) {
                return entry.getKey();
            }
        }
        return stable;
    }

    /** The bytes of all batches held. */
    long bytes() {
        return bytesAbove(stable);
    }

    /** The bytes of the batches held above a seqno. */
    long bytesAbove(long seqno) {
        long bytes = 0;
        for (Slot slot : slots.tailMap(seqno, false).values()) {
            bytes += slot.bytes();
        }
        return bytes;
    }
}
