package dev.bft.wire;

/**
 * The batch committed at the sender, in whatever view: f+1 that say so are enough to commit it (amendment AG5).
 *
 * @param seqno the seqno
 * @param batch the batch digest
 */
public record Decided(long seqno, Digest batch) implements Message {
    @Override
    public Type type() {
        return Type.DECIDED;
    }

    @Override
    public void write(Out out) {
        out.i64(seqno).digest(batch);
    }

    static Decided read(In in) throws MalformedException {
        return new Decided(in.mark(), in.digest());
    }
}
