package dev.bft.state;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Room for pages, in frames of one page that are used again and again: off the Java heap, so that a state written
 * all over costs the collector nothing.
 *
 * <p>The first slabs are on the heap: a small state, as in a simulator, then makes no direct buffers at all.
 */
final class PagePool {
    /** The frame that is all zero: shared, never written, never given back. */
    static final int ZERO = 0;

    private static final int PAGE = PagedState.PAGE_SIZE;
    private static final int SLAB_FRAMES = 32;
    private static final int HEAP_SLABS = 8;

    private ByteBuffer[] slabs = new ByteBuffer[0];
    private int[] free = new int[SLAB_FRAMES];
    private int freeCount;
    private int made;

    PagePool() {
        grow();
        freeCount--;
    }

    private void grow() {
        int bytes = SLAB_FRAMES * PAGE;
        slabs = Arrays.copyOf(slabs, slabs.length + 1);
        slabs[slabs.length - 1] =
                slabs.length <= HEAP_SLABS ? ByteBuffer.allocate(bytes) : ByteBuffer.allocateDirect(bytes);
        made += SLAB_FRAMES;
        free = free.length < made ? Arrays.copyOf(free, made * 2) : free;
        for (int frame = made - 1; frame >= made - SLAB_FRAMES; frame--) {
            free[freeCount++] = frame;
        }
    }

    /** A frame with unknown content. */
    int take() {
        if (freeCount == 0) {
            grow();
        }
        return free[--freeCount];
    }

    /** The frame is not used any more. */
    void give(int frame) {
        if (frame != ZERO) {
            free[freeCount++] = frame;
        }
    }

    /** The frames taken. */
    int taken() {
        return made - freeCount - 1;
    }

    private ByteBuffer slab(int frame) {
        return slabs[frame / SLAB_FRAMES];
    }

    private static int at(int frame) {
        return frame % SLAB_FRAMES * PAGE;
    }

    void read(int frame, int from, Span target) {
        slab(frame).get(at(frame) + from, target.bytes, target.offset, target.length);
    }

    void write(int frame, int from, Span source) {
        slab(frame).put(at(frame) + from, source.bytes, source.offset, source.length);
    }

    /** A part of an array. */
    record Span(byte[] bytes, int offset, int length) {}

    /** Fills a frame with the bytes of a page. */
    void fill(int frame, byte[] page) {
        slab(frame).put(at(frame), page, 0, PAGE);
    }

    /** Copies a frame of this or another pool. */
    void copy(PagePool source, int from, int to) {
        slab(to).put(at(to), source.slab(from), at(from), PAGE);
    }

    int readInt(int frame, int from) {
        return slab(frame).getInt(at(frame) + from);
    }

    void writeInt(int frame, int from, int value) {
        slab(frame).putInt(at(frame) + from, value);
    }

    long readLong(int frame, int from) {
        return slab(frame).getLong(at(frame) + from);
    }

    void writeLong(int frame, int from, long value) {
        slab(frame).putLong(at(frame) + from, value);
    }

    /** A reader of the frames there are now, which another thread may use while this pool grows. */
    Frames frames() {
        return new Frames(slabs);
    }

    /** The frames of a pool at some time. */
    record Frames(ByteBuffer[] slabs) {
        void read(int frame, byte[] target) {
            slabs[frame / SLAB_FRAMES].get(at(frame), target, 0, PAGE);
        }
    }
}
