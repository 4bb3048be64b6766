package dev.bft.protocol;

import dev.bft.wire.Batch;
import dev.bft.wire.Digest;
import dev.bft.wire.ViewChange;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The slots of the window (h, h+L], the two marks h, the last stable checkpoint, and le, the last executed seqno, and
 * what earlier views left behind.
 */
final class Log {
    private final TreeMap<Long, Slot> slots = new TreeMap<>();
    private final Weight weight = new Weight();
    private final Settings settings;
    private final VoteHistory history;
    private final Past past;
    private long stable;
    private long executed;
    private long readFloor;
    private long watched;

    Log(Settings settings) {
        this.settings = settings;
        this.history = new VoteHistory(new Quorums(settings.replicas()));
        this.past = new Past(settings.logSize());
    }

    /** P and Q of the views that were left. */
    VoteHistory history() {
        return history;
    }

    /** What was decided at and below h, as far as it is still here. */
    Past past() {
        return past;
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

    /** Whether this seqno is in the window, where this replica votes and executes. */
    boolean isOpen(long seqno) {
        return seqno > stable && seqno <= high();
    }

    /** Whether what is said of this seqno is kept: in the window, and in the next one while its state is fetched. */
    boolean inWindow(long seqno) {
        return isOpen(seqno) || (isWatching() && seqno > watched && seqno <= watched + settings.logSize());
    }

    /** Whether a checkpoint above the window is fetched, or not stable yet. */
    boolean isWatching() {
        return watched > stable;
    }

    /** The last checkpoint that was fetched, or is. */
    long watched() {
        return watched;
    }

    /**
     * The state at a checkpoint is fetched: what is agreed on in the window above it is kept, but not voted for, or a
     * second transfer would follow the first (amendment RC10).
     */
    void watch(long checkpoint) {
        watched = checkpoint;
        if (checkpoint > high()) {
            remove(slots.subMap(high(), false, checkpoint, true));
        }
    }

    private static void remove(SortedMap<Long, Slot> some) {
        some.values().forEach(Slot::remove);
        some.clear();
    }

    /** The slot of a seqno in the window, made when it is not there. */
    Slot slot(long seqno) {
        Invariant.check(inWindow(seqno), "slot in the window");
        return slots.computeIfAbsent(seqno, n -> new Slot(n, settings.replicas(), weight));
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

    /** The requests in the slots above the last executed one. */
    Set<Digest> underWay() {
        TreeSet<Digest> requests = new TreeSet<>();
        for (Slot slot : open()) {
            slot.committed().or(slot::batch).ifPresent(batch -> batch.requests()
                    .forEach(r -> requests.add(r.digest())));
        }
        return requests;
    }

    /**
     * Whether the next batch is the one that is not executed here, nor what comes after it: this replica is a witness,
     * until a fetched state takes it beyond.
     */
    boolean isHalted() {
        return executed + 1 == settings.haltAt();
    }

    void setExecuted(long seqno) {
        executed = seqno;
        raiseReadFloor(seqno);
    }

    /**
     * The highest seqno that was ever executed here, tentatively or not: who answered a write at it answers no read below
     * it (amendment AG1).
     */
    long readFloor() {
        return readFloor;
    }

    /** This seqno was executed, or may have been before a boot. */
    void raiseReadFloor(long seqno) {
        readFloor = Math.max(readFloor, seqno);
    }

    /** A new view begins with nothing from {@code end} on: nobody has a quorum's replies for what stood there. */
    void lowerReadFloor(long end) {
        readFloor = Math.min(readFloor, Math.max(executed, end - 1));
    }

    /** The highest seqno that prepared in any view, and is not stable yet; h if there is none. */
    long lastPrepared() {
        long last = stable;
        for (Slot slot : slots.values()) {
            last = slot.prepared || slot.isCommitted() ? slot.seqno : last;
        }
        for (ViewChange.Entry entry : history.prepared()) {
            last = Math.max(last, entry.seqno());
        }
        return last;
    }

    /** What is to be executed next, if it committed. */
    Optional<Slot> nextCommitted() {
        return find(executed + 1).filter(slot -> slot.isCommitted() && isOpen(slot.seqno));
    }

    /**
     * Moves h up: everything up to it is forgotten, but for what was decided.
     *
     * @return whether the window was watched before, so that there may be proposals in it that this replica may vote for now
     */
    boolean cut(long seqno) {
        Invariant.check(seqno >= stable, "h never falls");
        boolean watching = isWatching();
        stable = seqno;
        SortedMap<Long, Slot> below = slots.headMap(seqno, true);
        below.values().stream().filter(slot -> slot.decidedDurable).forEach(slot -> slot.committed()
                .ifPresent(batch -> past.keep(slot.seqno, batch)));
        remove(below);
        history.cut(seqno);
        return watching;
    }

    /** Leaves an active view: what was voted for and prepared in it joins P and Q (section 6.2). */
    void leaveView(long view) {
        for (Slot slot : slots.values()) {
            if (slot.voted) {
                history.prePrepared(slot.seqno, slot.batch().orElseThrow(), view);
                if (slot.prepared) {
                    history.prepared(slot.seqno, slot.digest(), view);
                }
            }
            slot.leaveView();
        }
    }

    /** The body of a batch proposed there in any view, if it is still here. */
    Optional<Batch> body(long seqno, Digest batch) {
        if (batch.equals(Batch.NULL.digest())) {
            return Optional.of(Batch.NULL);
        }
        return find(seqno).flatMap(slot -> slot.body(batch)).or(() -> history.body(seqno, batch));
    }

    /** Forgets every slot: what was read of them is not to be trusted. */
    void forgetAll() {
        remove(slots);
        history.clear();
        past.clear();
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
        return weight.bytes();
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
