package dev.bft.wire;

/**
 * A PREPARE or a COMMIT (section 4.4): this replica accepted, or prepared, the batch with this digest.
 *
 * @param type PREPARE or COMMIT
 * @param view the view
 * @param seqno the seqno
 * @param batch the batch digest
 */
public record Vote(Type type, long view, long seqno, Digest batch) implements Message {
    @Override
    public void write(Out out) {
        out.i64(view).i64(seqno).digest(batch);
    }

    static Vote read(Type type, In in) throws MalformedException {
        return new Vote(type, in.mark(), in.mark(), in.digest());
    }
}
