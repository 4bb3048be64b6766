package dev.bft.protocol;

import dev.bft.wire.Digest;
import java.util.Arrays;
import java.util.Optional;

/**
 * The COMMITs for one seqno: of each replica the one of the highest view (section 4.4). 2f+1 of one view and batch
 * prove that it committed, whatever the view is now.
 */
final class CommitVotes {
    private final Digest[] batches;
    private final long[] views;

    CommitVotes(int replicas) {
        batches = new Digest[replicas];
        views = new long[replicas];
        Arrays.fill(batches, Digest.ZERO);
    }

    /** Takes a COMMIT; false if it says nothing new. */
    boolean put(int sender, long view, Digest batch) {
        if (!batches[sender].equals(Digest.ZERO) && view <= views[sender]) {
            return false;
        }
        batches[sender] = batch;
        views[sender] = view;
        return true;
    }

    /** Whether the sender said something else in this view. */
    boolean differs(int sender, long view, Digest batch) {
        return !batches[sender].equals(Digest.ZERO) && views[sender] == view && !batches[sender].equals(batch);
    }

    /** The batch that so many replicas committed to in one view. */
    Optional<Digest> with(int count) {
        for (int i = 0; i < batches.length; i++) {
            if (!batches[i].equals(Digest.ZERO) && count(views[i], batches[i]) >= count) {
                return Optional.of(batches[i]);
            }
        }
        return Optional.empty();
    }

    /** Whether so many committed to this batch in a view before this one. */
    boolean before(long view, Digest batch, int count) {
        for (int i = 0; i < batches.length; i++) {
            if (views[i] < view && batches[i].equals(batch) && count(views[i], batch) >= count) {
                return true;
            }
        }
        return false;
    }

    private int count(long view, Digest batch) {
        int count = 0;
        for (int i = 0; i < batches.length; i++) {
            count += views[i] == view && batches[i].equals(batch) ? 1 : 0;
        }
        return count;
    }

    /** Forgets all but one's own: those authenticated with keys of the past (section 2.4). */
    void keepOnly(int me) {
        for (int i = 0; i < batches.length; i++) {
            if (i != me) {
                forget(i);
            }
        }
    }

    /** Forgets what one sender said. */
    void forget(int sender) {
        batches[sender] = Digest.ZERO;
        views[sender] = 0;
    }
}
