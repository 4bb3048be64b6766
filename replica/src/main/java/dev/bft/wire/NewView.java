package dev.bft.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * What stands in a new view where: the decision of its primary, which every backup makes again (section 6.6). From
 * another replica it says that the sender is active in the view with this decision (section 6.7, the shortcut).
 *
 * @param view the view
 * @param viewChanges V: the VIEW-CHANGEs it rests on, increasing by replica
 * @param checkpoint the checkpoint it begins at (h*)
 * @param state that checkpoint's state digest
 * @param batches X: the batches of seqnos h*+1, h*+2, ..., max-1; the digest of the null batch where nothing stands
 */
public record NewView(long view, List<Vouched> viewChanges, long checkpoint, Digest state, List<Digest> batches)
        implements Message {
    private static final byte[] TAG = Digest.tag("N");

    /** A VIEW-CHANGE by its sender and digest. */
    public record Vouched(int replica, Digest viewChange) {}

    @Override
    public Type type() {
        return Type.NEW_VIEW;
    }

    /** The first seqno that is free in the view (max). */
    public long end() {
        return checkpoint + 1 + batches.size();
    }

    /** Whether it chooses what stands at this seqno. */
    public boolean chooses(long seqno) {
        return seqno > checkpoint && seqno < end();
    }

    /** The batch at a seqno that it {@link #chooses}. */
    public Digest batchAt(long seqno) {
        return batches.get((int) (seqno - checkpoint - 1));
    }

    /** Names this decision. */
    public Digest digest() {
        Out out = new Out(256);
        write(out);
        return Digest.of(TAG, out.toBytes());
    }

    @Override
    public void write(Out out) {
        out.i64(view).i32(viewChanges.size());
        for (Vouched vouched : viewChanges) {
            out.i32(vouched.replica).digest(vouched.viewChange);
        }
        out.i64(checkpoint).digest(state).i32(batches.size());
        for (Digest batch : batches) {
            out.digest(batch);
        }
    }

    /** Reads the fields. */
    public static NewView read(In in) throws MalformedException {
        long view = in.mark();
        int count = in.count(Limits.REPLICAS);
        List<Vouched> viewChanges = new ArrayList<>();
        int last = -1;
        for (int i = 0; i < count; i++) {
            Vouched vouched = new Vouched(in.count(Limits.REPLICAS - 1), in.digest());
            if (vouched.replica <= last) {
                throw new MalformedException("replicas not increasing");
            }
            last = vouched.replica;
            viewChanges.add(vouched);
        }
        long checkpoint = in.mark();
        Digest state = in.digest();
        int chosen = in.count(Limits.CHOSEN);
        List<Digest> batches = new ArrayList<>();
        for (int i = 0; i < chosen; i++) {
            batches.add(in.digest());
        }
        return new NewView(view, List.copyOf(viewChanges), checkpoint, state, List.copyOf(batches));
    }
}
