package dev.bft.protocol;

import dev.bft.state.CheckpointImage;
import dev.bft.wire.SignedRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What waits for the disk: each disk effect has a token, and what may happen only once it is on disk waits
 * beside it (amendment AG12).
 */
final class Disk {
    /** What becomes allowed when something is on disk. */
    sealed interface Then {}

    /** My vote for this seqno may be sent, if the view is still this one. */
    record VoteDurable(long view, long seqno) implements Then {}

    /** That I prepared this seqno may be told: COMMIT. */
    record PreparedDurable(long view, long seqno) implements Then {}

    /** That this seqno committed may be told: DECIDED, and the replies to these requests that waited for it. */
    record DecidedDurable(long seqno, List<SignedRequest> requests, List<Execution.Answered> replies) implements Then {}

    /** My VIEW-CHANGE for this view may be sent. */
    record ViewChangeDurable(long view) implements Then {}

    /** My NEW-VIEW for this view may be sent. */
    record NewViewDurable(long view) implements Then {}

    /** All that my checkpoint at this seqno promises is on disk: CHECKPOINT (amendment AG4). */
    record AnnouncementDurable(long seqno) implements Then {}

    /** The base is now this checkpoint: votes up to it may be cut. */
    record Installed(CheckpointImage image) implements Then {}

    /** Nothing waits. */
    record Nothing() implements Then {}

    private record Waiting(long token, Then then) {}

    /** The most that is added to a segment: while nothing becomes stable views may still come and go for days. */
    private static final long GROWTH = 32L << 20;

    private final Outbox out;
    private final long growth;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private long next = 1;
    private long tick;
    /** Bytes added to the segment since it was begun. */
    private long added;

    Disk(Outbox out, Settings settings) {
        this.out = out;
        this.growth = Math.min(GROWTH, settings.logSize() * settings.batchBytes());
    }

    /** What a boot found: its segment is gone on with, and each life would add to it as much again. */
    void begin(Saved saved) {
        tick = saved.tick();
        added = saved.records().stream().mapToLong(record -> record.length).sum();
    }

    /** The tick that new segments carry. */
    void setTick(long tick) {
        this.tick = tick;
    }

    /** Appends to the vote log. */
    void append(byte[] record, Then then) {
        added += record.length;
        out.add(new Effect.Append(waitFor(then), record));
    }

    /** Appends all of them; what waits does so for the last. */
    void append(List<VoteRecord> records, Then then) {
        for (int i = 0; i < records.size(); i++) {
            append(records.get(i).toBytes(), i == records.size() - 1 ? then : new Nothing());
        }
    }

    /** Replaces the vote log. */
    void newSegment(List<byte[]> records, Then then) {
        added = 0;
        out.add(new Effect.NewSegment(waitFor(then), tick, records));
    }

    /** Begins a segment with these records if the present one has grown by more than a full log. */
    void shorten(Supplier<List<byte[]>> records) {
        if (added > growth) {
            newSegment(records.get(), new Nothing());
        }
    }

    /** Makes a checkpoint the base. */
    void install(CheckpointImage image) {
        out.add(new Effect.Install(waitFor(new Installed(image)), image));
    }

    /** Everything given to the disk so far is the save: it is complete once the last of it is there. */
    void saved() {
        out.add(new Effect.Saved(next - 1));
    }

    private long waitFor(Then then) {
        waiting.add(new Waiting(next, then));
        return next++;
    }

    /** Everything up to the token is on disk: what that allows, in order. */
    List<Then> persisted(long token) {
        List<Then> allowed = new ArrayList<>();
        while (!waiting.isEmpty() && waiting.peek().token() <= token) {
            allowed.add(waiting.remove().then());
        }
        return allowed;
    }
}
