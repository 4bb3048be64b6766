package dev.bft.wire;

/**
 * The sender holds a proposal because it cannot tell that a client made one of its requests (section 3.6, amendment AG7).
 *
 * @param view the view of the proposal
 * @param seqno the seqno
 * @param batch the batch digest
 * @param request the digest of the first request in it that is not known to be its client's
 */
public record Hold(long view, long seqno, Digest batch, Digest request) implements Message {
    @Override
    public Type type() {
        return Type.HOLD;
    }

    @Override
    public void write(Out out) {
        out.i64(view).i64(seqno).digest(batch).digest(request);
    }

    static Hold read(In in) throws MalformedException {
        return new Hold(in.mark(), in.mark(), in.digest(), in.digest());
    }
}
