package dev.bft.state;

import java.util.AbstractList;
import java.util.RandomAccess;

/**
 * The pages of an image, copied to the heap one at a time when they are asked for: whoever writes them to the disk
 * may do so on a thread of its own, until the checkpoint is installed.
 */
final class ImagePages extends AbstractList<CheckpointImage.Page> implements RandomAccess {
    private final PagePool.Frames pool;
    private final int[] pages;
    private final int[] frames;
    private final Lease lease;

    /** The right to read frames; ends when they may be written again. Seen by the disk's thread too. */
    static final class Lease {
        private volatile boolean over;

        void end() {
            over = true;
        }
    }

    ImagePages(PagePool.Frames pool, int[] pages, int[] frames, Lease lease) {
        this.pool = pool;
        this.pages = pages;
        this.frames = frames;
        this.lease = lease;
    }

    @Override
    public CheckpointImage.Page get(int index) {
        byte[] bytes = new byte[PagedState.PAGE_SIZE];
        pool.read(frames[index], bytes);
        if (lease.over) {
            throw new IllegalStateException("invariant broken: an image is read before its checkpoint is installed");
        }
        return new CheckpointImage.Page(pages[index], bytes);
    }

    @Override
    public int size() {
        return pages.length;
    }
}
