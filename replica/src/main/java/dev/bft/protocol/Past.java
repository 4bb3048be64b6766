package dev.bft.protocol;

import dev.bft.wire.Batch;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Batches at and below h that were decided here: kept a while for those who have not executed them yet, so that who is
 * a moment late is told (AG5) and need not fetch a checkpoint. At thousands of batches a second the next checkpoint is
 * stable before the last one is fetched.
 */
final class Past {
    private static final long BYTES = 4L << 20;
    /** The same while somebody fetches a state, and twice as many: it is what he misses afterwards (amendment RC10). */
    private static final long BYTES_PINNED = 64L << 20;

    private final TreeMap<Long, Batch> batches = new TreeMap<>();
    private final long most;
    private long bytes;
    private boolean pinned;

    /**
     * Nothing yet.
     *
     * @param most how many batches are kept at most
     */
    Past(long most) {
        this.most = most;
    }

    /** Keeps a decided batch, whose seqno is above all that are kept; the oldest make room. */
    void keep(long seqno, Batch batch) {
        batches.put(seqno, batch);
        bytes += batch.size();
        trim();
    }

    /** Whether somebody fetches a state. */
    void setPinned(boolean on) {
        pinned = on;
        trim();
    }

    private void trim() {
        while (batches.size() > (pinned ? 2 * most : most) || bytes > (pinned ? BYTES_PINNED : BYTES)) {
            bytes -= batches.pollFirstEntry().getValue().size();
        }
    }

    /** Those above a seqno, increasing. */
    SortedMap<Long, Batch> above(long seqno) {
        return batches.tailMap(seqno, false);
    }

    /** Forgets all. */
    void clear() {
        batches.clear();
        bytes = 0;
    }
}
