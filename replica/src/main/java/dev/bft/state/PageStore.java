package dev.bft.state;

/** The pages of the base checkpoint, read only: a read-only map in production, an array in the simulator. */
public interface PageStore {
    /**
     * Copies page {@code page} ({@link PagedState#PAGE_SIZE} bytes) to {@code target}; a page never written is all
     * zero.
     */
    void read(int page, byte[] target);
}
