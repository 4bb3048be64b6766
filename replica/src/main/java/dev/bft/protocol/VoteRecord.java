package dev.bft.protocol;

import dev.bft.wire.Batch;
import dev.bft.wire.Digest;
import dev.bft.wire.In;
import dev.bft.wire.MalformedException;
import dev.bft.wire.NewView;
import dev.bft.wire.Out;
import dev.bft.wire.ViewChange;

/** A record of the vote log: what must survive a crash so that no vote is ever cast twice differently (AG12). */
sealed interface VoteRecord {
    /** My PRE-PREPARE or PREPARE, with the body. */
    record Voted(long view, long seqno, Batch batch) implements VoteRecord {}

    /** I held a prepared certificate. */
    record Prepared(long view, long seqno, Digest batch) implements VoteRecord {}

    /** The batch committed here. */
    record Decided(long seqno, Digest batch) implements VoteRecord {}

    /** I announced, or was about to announce, this checkpoint. */
    record Announced(long seqno, Digest state) implements VoteRecord {}

    /** I remember nothing below this number and vote only above it (-1: not yet known). */
    record Amnesiac(long bound) implements VoteRecord {}

    /** The last stable checkpoint when the segment began. */
    record StableAt(long seqno) implements VoteRecord {}

    /** A batch that committed here without a vote of mine. */
    record Body(long seqno, Batch batch) implements VoteRecord {}

    /** The same as {@link Voted}, for a batch whose body an earlier record of the segment holds. */
    record Revoted(long view, long seqno, Digest batch) implements VoteRecord {}

    /** My VIEW-CHANGE: I vote in no view below its, and its content never changes. */
    record Left(ViewChange viewChange) implements VoteRecord {}

    /** The NEW-VIEW that I made, or accepted: the view is mine, and what it chose stands. */
    record Entered(NewView newView) implements VoteRecord {}

    /** The record's bytes. */
    default byte[] toBytes() {
        Out out = new Out(128);
        if (this instanceof Voted voted) {
            out.u8(1).i64(voted.view).i64(voted.seqno);
            voted.batch.write(out);
        } else if (this instanceof Prepared prepared) {
            out.u8(2).i64(prepared.view).i64(prepared.seqno).digest(prepared.batch);
        } else if (this instanceof Decided decided) {
            out.u8(3).i64(decided.seqno).digest(decided.batch);
        } else if (this instanceof Announced announced) {
            out.u8(4).i64(announced.seqno).digest(announced.state);
        } else if (this instanceof Amnesiac amnesiac) {
            out.u8(5).i64(amnesiac.bound);
        } else if (this instanceof StableAt at) {
            out.u8(6).i64(at.seqno);
        } else if (this instanceof Body body) {
            out.u8(7).i64(body.seqno);
            body.batch.write(out);
        } else if (this instanceof Revoted revoted) {
            out.u8(8).i64(revoted.view).i64(revoted.seqno).digest(revoted.batch);
        } else if (this instanceof Left left) {
            left.viewChange.write(out.u8(9));
        } else if (this instanceof Entered entered) {
            entered.newView.write(out.u8(10));
        }
        return out.toBytes();
    }

    /** Parses a record from a disk that may lie. */
    static VoteRecord read(byte[] bytes) throws MalformedException {
        In in = new In(bytes);
        VoteRecord record =
                switch (in.u8()) {
                    case 1 -> new Voted(in.mark(), in.mark(), Batch.read(in));
                    case 2 -> new Prepared(in.mark(), in.mark(), in.digest());
                    case 3 -> new Decided(in.mark(), in.digest());
                    case 4 -> new Announced(in.mark(), in.digest());
                    case 5 -> new Amnesiac(bound(in));
                    case 6 -> new StableAt(in.mark());
                    case 7 -> new Body(in.mark(), Batch.read(in));
                    case 8 -> new Revoted(in.mark(), in.mark(), in.digest());
                    case 9 -> new Left(ViewChange.read(in));
                    case 10 -> new Entered(NewView.read(in));
                    default -> throw new MalformedException("unknown vote record");
                };
        in.end();
        return record;
    }

    private static long bound(In in) throws MalformedException {
        long bound = in.i64();
        if (bound < -1 || bound > Long.MAX_VALUE / 2) {
            throw new MalformedException("a bound that no replica has");
        }
        return bound;
    }
}
