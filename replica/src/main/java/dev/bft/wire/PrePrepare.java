package dev.bft.wire;

import java.util.List;

/**
 * The primary's proposal of a batch for a seqno (section 4.2).
 *
 * @param view the view
 * @param seqno the seqno
 * @param commits COMMITs of the same view that ride on it
 * @param proposal the batch; its digest is recomputed by the receiver
 */
public record PrePrepare(long view, long seqno, List<Vote.Commit> commits, Proposal proposal) implements Message {
    /** A proposal on which nothing rides. */
    public PrePrepare(long view, long seqno, Proposal proposal) {
        this(view, seqno, List.of(), proposal);
    }

    /** The proposal of a batch. */
    public PrePrepare(long view, long seqno, Batch batch) {
        this(view, seqno, Proposal.of(batch));
    }

    @Override
    public Type type() {
        return Type.PRE_PREPARE;
    }

    @Override
    public void write(Out out) {
        out.i64(view).i64(seqno);
        Vote.Commit.write(commits, out);
        proposal.write(out);
    }

    static PrePrepare read(In in) throws MalformedException {
        return new PrePrepare(in.mark(), in.mark(), Vote.Commit.read(in), Proposal.read(in));
    }
}
