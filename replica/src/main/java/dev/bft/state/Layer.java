package dev.bft.state;

import dev.bft.wire.Digest;
import java.util.Arrays;
import java.util.Optional;

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

    boolean holds(int page) {
        return Arrays.binarySearch(pages, page) >= 0;
    }

    /** The digest of a page before the epoch, if the epoch wrote it. */
    Optional<Digest> pageBefore(int page) {
        int at = Arrays.binarySearch(pages, page);
        return at < 0 ? Optional.empty() : Optional.of(before.pages()[at]);
    }

    /** The digest of a chunk before the epoch, if the epoch wrote in it. */
    Optional<Digest> chunkBefore(int chunk) {
        int at = Arrays.binarySearch(before.chunks(), chunk);
        return at < 0 ? Optional.empty() : Optional.of(before.chunkDigests()[at]);
    }
}
