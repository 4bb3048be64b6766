package dev.bft.wire;

/**
 * A batch, sent to a replica that lacks it; its digest is what the receiver waits for, so nobody authenticates it
 * (section 7.3-5).
 *
 * @param seqno the seqno it was proposed for
 * @param batch the batch; its digest is recomputed by the receiver
 */
public record Body(long seqno, Batch batch) implements Message {
    @Override
    public Type type() {
        return Type.BODY;
    }

    @Override
    public void write(Out out) {
        out.i64(seqno);
        batch.write(out);
    }

    static Body read(In in) throws MalformedException {
        return new Body(in.mark(), Batch.read(in));
    }
}
