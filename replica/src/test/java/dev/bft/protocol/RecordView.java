package dev.bft.protocol;

import dev.bft.wire.Digest;
import dev.bft.wire.MalformedException;
import dev.bft.wire.NewView;
import dev.bft.wire.ViewChange;
import java.util.Optional;

/**
 * A record of the vote log as the simulator's checkers see it: what it says of which seqno. A batch inside is
 * named by its place alone, since its bytes cost more to parse than everything else.
 *
 * @param kind what it says
 * @param view the view; 0 where there is none
 * @param seqno the seqno, the bound or the checkpoint
 * @param digest the digest named; zeros where a batch stands; of the fields where a VIEW-CHANGE or NEW-VIEW stands
 * @param batchAt where the bytes of the batch begin; they end with the record
 */
public record RecordView(Kind kind, long view, long seqno, Digest digest, int batchAt) {
    private static final int VOTED = 1;
    private static final int BODY = 7;
    private static final int LEFT = 9;
    private static final int ENTERED = 10;
    private static final int VOTED_HEAD = 1 + 2 * Long.BYTES;
    private static final int BODY_HEAD = 1 + Long.BYTES;

    /** What a record says. */
    public enum Kind {
        VOTED,
        PREPARED,
        DECIDED,
        ANNOUNCED,
        AMNESIAC,
        STABLE_AT,
        BODY,
        REVOTED,
        LEFT,
        ENTERED
    }

    /** Reads a record that the core wrote. */
    public static RecordView read(byte[] bytes) {
        if (bytes[0] == VOTED) {
            return new RecordView(Kind.VOTED, longAt(bytes, 1), longAt(bytes, 1 + Long.BYTES), Digest.ZERO, VOTED_HEAD);
        }
        if (bytes[0] == BODY) {
            return new RecordView(Kind.BODY, 0, longAt(bytes, 1), Digest.ZERO, BODY_HEAD);
        }
        if (bytes[0] == LEFT || bytes[0] == ENTERED) {
            Kind kind = bytes[0] == LEFT ? Kind.LEFT : Kind.ENTERED;
            return new RecordView(kind, longAt(bytes, 1), 0, Digest.ofRange(bytes, 1, bytes.length - 1), 0);
        }
        return of(parsed(bytes));
    }

    private static RecordView of(VoteRecord record) {
        if (record instanceof VoteRecord.Prepared r) {
            return new RecordView(Kind.PREPARED, r.view(), r.seqno(), r.batch(), 0);
        }
        if (record instanceof VoteRecord.Revoted r) {
            return new RecordView(Kind.REVOTED, r.view(), r.seqno(), r.batch(), 0);
        }
        if (record instanceof VoteRecord.Decided r) {
            return new RecordView(Kind.DECIDED, 0, r.seqno(), r.batch(), 0);
        }
        if (record instanceof VoteRecord.Announced r) {
            return new RecordView(Kind.ANNOUNCED, 0, r.seqno(), r.state(), 0);
        }
        if (record instanceof VoteRecord.Amnesiac r) {
            return new RecordView(Kind.AMNESIAC, 0, r.bound(), Digest.ZERO, 0);
        }
        if (record instanceof VoteRecord.StableAt r) {
            return new RecordView(Kind.STABLE_AT, 0, r.seqno(), Digest.ZERO, 0);
        }
        throw new IllegalStateException("a record of a kind that the checkers do not know: " + record);
    }

    /** The NEW-VIEW in a record that the core is about to write, if there is one. */
    public static Optional<NewView> newView(byte[] bytes) {
        return bytes[0] == ENTERED ? Optional.of(((VoteRecord.Entered) parsed(bytes)).newView()) : Optional.empty();
    }

    /** The VIEW-CHANGE in it, if there is one. */
    public static Optional<ViewChange> viewChange(byte[] bytes) {
        return bytes[0] == LEFT ? Optional.of(((VoteRecord.Left) parsed(bytes)).viewChange()) : Optional.empty();
    }

    private static VoteRecord parsed(byte[] bytes) {
        try {
            return VoteRecord.read(bytes);
        } catch (MalformedException e) {
            throw new IllegalStateException("the core wrote a record that it cannot read", e);
        }
    }

    private static long longAt(byte[] bytes, int at) {
        long value = 0;
        for (int i = at; i < at + Long.BYTES; i++) {
            value = value << 8 | (bytes[i] & 0xff);
        }
        return value;
    }
}
