package dev.bft.state;

import dev.bft.wire.Digest;
import java.util.Arrays;

/**
 * The pages written in the epoch that ended with a checkpoint, and the digests that they changed.
 *
 * @param seqno the checkpoint
 * @param root its digest
 * @param pages the pages written, increasing
 * @param frames what each holds at the checkpoint
 * @param before the digests before the epoch
 */
record Layer(long seqno, Digest root, int[] pages, int[] frames, PartitionTree.Before before) {
    static final int NONE = -1;

    /** The frame of a page; {@link #NONE} if the epoch did not write it. */
    int frame(int page) {
        int at = Arrays.binarySearch(pages, page);
        return at < 0 ? NONE : frames[at];
    }
}
