package dev.bft.wire;

/**
 * The primary's proposal of a batch for a seqno (section 4.2).
 *
 * @param view the view
 * @param seqno the seqno
 * @param batch the batch; its digest is recomputed by the receiver
 */
public record PrePrepare(long view, long seqno, Batch batch) implements Message {
    @Override
    public Type type() {
        return Type.PRE_PREPARE;
    }

    @Override
    public void write(Out out) {
        out.i64(view).i64(seqno);
        batch.write(out);
    }

    static PrePrepare read(In in) throws MalformedException {
        return new PrePrepare(in.mark(), in.mark(), Batch.read(in));
    }
}
