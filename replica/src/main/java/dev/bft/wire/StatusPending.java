package dev.bft.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * STATUS-PENDING (section 7.1): the sender waits for a view to begin, and this is what it has of it.
 *
 * @param view the view it waits for
 * @param stable its last stable checkpoint (h)
 * @param executed its last executed seqno (le)
 * @param counter increasing within the sender's key epoch, so that a replay triggers nothing
 * @param newView whether it holds a NEW-VIEW for the view
 * @param viewChanges bit j: it needs no VIEW-CHANGE of replica j
 * @param committed bit i: seqno executed+1+i is committed here
 * @param missing the batches it needs to begin
 */
public record StatusPending(
        long view,
        long stable,
        long executed,
        long counter,
        boolean newView,
        Bits viewChanges,
        Bits committed,
        List<Missing> missing)
        implements Message {

    /** A batch that is needed. */
    public record Missing(long seqno, Digest batch) {}

    @Override
    public Type type() {
        return Type.STATUS_PENDING;
    }

    @Override
    public void write(Out out) {
        out.i64(view)
                .i64(stable)
                .i64(executed)
                .i64(counter)
                .flag(newView)
                .bytes(viewChanges.bytes())
                .bytes(committed.bytes())
                .i32(missing.size());
        for (Missing batch : missing) {
            out.i64(batch.seqno).digest(batch.batch);
        }
    }

    static StatusPending read(In in) throws MalformedException {
        long view = in.mark();
        long stable = in.mark();
        long executed = in.mark();
        long counter = in.number();
        boolean newView = in.flag();
        Bits viewChanges = new Bits(in.bytes((Limits.REPLICAS + 7) / 8));
        Bits committed = new Bits(in.bytes(Limits.LOG / 8));
        int count = in.count(Limits.MISSING);
        List<Missing> missing = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            missing.add(new Missing(in.mark(), in.digest()));
        }
        return new StatusPending(
                view, stable, executed, counter, newView, viewChanges, committed, List.copyOf(missing));
    }
}
