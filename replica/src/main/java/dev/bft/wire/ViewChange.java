package dev.bft.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * The sender left all views below {@code view}; what it knows of them (sections 6.2, 6.3).
 *
 * @param view the view it goes to
 * @param stable its last stable checkpoint (h)
 * @param checkpoints C: the checkpoints it holds, the stable one included
 * @param prepared P: for each seqno at most one batch, prepared last in {@code view}
 * @param prePrepared Q: the batches it sent a PRE-PREPARE or PREPARE for, each with the last view it did so
 */
public record ViewChange(long view, long stable, List<Held> checkpoints, List<Entry> prepared, List<Entry> prePrepared)
        implements Message {
    private static final byte[] TAG = Digest.tag("V");

    /** A checkpoint that the sender holds. */
    public record Held(long seqno, Digest state) {}

    /** An element of P or Q: a batch and the last view in which it was prepared, or pre-prepared. */
    public record Entry(long seqno, Digest batch, long view) {}

    @Override
    public Type type() {
        return Type.VIEW_CHANGE;
    }

    /** Names this content as said by a replica; what acknowledgements and NEW-VIEW refer to. */
    public Digest digest(int sender) {
        Out out = new Out(256).i32(sender);
        write(out);
        return Digest.of(TAG, out.toBytes());
    }

    @Override
    public void write(Out out) {
        out.i64(view).i64(stable).i32(checkpoints.size());
        for (Held held : checkpoints) {
            out.i64(held.seqno).digest(held.state);
        }
        write(out, prepared);
        write(out, prePrepared);
    }

    private static void write(Out out, List<Entry> entries) {
        out.i32(entries.size());
        for (Entry entry : entries) {
            out.i64(entry.seqno).digest(entry.batch).i64(entry.view);
        }
    }

    /** Reads the fields; whether they make sense is the protocol's to say (section 6.4). */
    public static ViewChange read(In in) throws MalformedException {
        long view = in.mark();
        long stable = in.mark();
        int count = in.count(Limits.CHECKPOINTS);
        List<Held> checkpoints = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            checkpoints.add(new Held(in.mark(), in.digest()));
        }
        return new ViewChange(view, stable, List.copyOf(checkpoints), entries(in), entries(in));
    }

    private static List<Entry> entries(In in) throws MalformedException {
        int count = in.count(Limits.ENTRIES);
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(new Entry(in.mark(), in.digest(), in.mark()));
        }
        return List.copyOf(entries);
    }
}
