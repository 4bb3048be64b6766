package dev.bft.wire;

/**
 * STATUS-ACTIVE (section 7.1): what the sender has, so that others send what is missing.
 *
 * @param view the sender's view
 * @param stable its last stable checkpoint (h)
 * @param executed its last executed seqno (le)
 * @param counter increasing within the sender's key epoch, so that a replay triggers nothing
 * @param prepared bit i: seqno executed+1+i is prepared here
 * @param committed bit i: seqno executed+1+i is committed here
 * @param slow whether the sender finds the primary of its view slower than it should be, or unfair (11-A2, A3)
 * @param lacking bit i: requests that the proposal at seqno executed+1+i names are not here
 */
public record Status(
        long view, long stable, long executed, long counter, boolean slow, Bits prepared, Bits committed, Bits lacking)
        implements Message {
    /** The highest seqno, of so many after the last executed one, that is prepared; else the last executed one. */
    public long reach(long seqnos) {
        long highest = executed;
        for (long bit = 0; bit < seqnos; bit++) {
            highest = prepared.get(bit) ? executed + 1 + bit : highest;
        }
        return highest;
    }

    @Override
    public Type type() {
        return Type.STATUS;
    }

    @Override
    public void write(Out out) {
        out.i64(view)
                .i64(stable)
                .i64(executed)
                .i64(counter)
                .flag(slow)
                .bytes(prepared.bytes())
                .bytes(committed.bytes())
                .bytes(lacking.bytes());
    }

    static Status read(In in) throws MalformedException {
        return new Status(
                in.mark(),
                in.mark(),
                in.mark(),
                in.number(),
                in.flag(),
                new Bits(in.bytes(Limits.LOG / 8)),
                new Bits(in.bytes(Limits.LOG / 8)),
                new Bits(in.bytes(Limits.LOG / 8)));
    }
}
