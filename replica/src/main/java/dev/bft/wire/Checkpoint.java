package dev.bft.wire;

/**
 * The state after {@code seqno} has this digest here, and what proves it is on disk (section 5.1, amendment AG4).
 *
 * @param seqno a multiple of K
 * @param state the state digest
 * @param stable whether the sender knows 2f+1 replicas that said so
 */
public record Checkpoint(long seqno, Digest state, boolean stable) implements Message {
    @Override
    public Type type() {
        return Type.CHECKPOINT;
    }

    @Override
    public void write(Out out) {
        out.i64(seqno).digest(state).flag(stable);
    }

    static Checkpoint read(In in) throws MalformedException {
        return new Checkpoint(in.mark(), in.digest(), in.flag());
    }
}
