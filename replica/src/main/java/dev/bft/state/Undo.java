package dev.bft.state;

import java.util.Arrays;

/**
 * What the open marks need to restore the pages as they were: for each page written since, its frame at the time.
 * Marks nest; a page is kept once for each mark, so an operation cannot make this grow beyond the state.
 */
final class Undo {
    /** In place of a frame: the page was not written in this epoch before the mark. */
    static final int UNWRITTEN = -1;

    private static final int MARKS_MAX = 16;

    /** For each page the innermost open mark that keeps it, counted from 1; 0 for none. */
    private final int[] keptAt;

    private final int[] starts = new int[MARKS_MAX];
    private int depth;

    private int[] pages = new int[64];
    private int[] frames = new int[64];
    private int[] keptBefore = new int[64];
    private int size;

    /** Takes back one page. */
    interface Restore {
        void page(int page, int frame);
    }

    Undo(int pageCount) {
        keptAt = new int[pageCount];
    }

    boolean isEmpty() {
        return depth == 0;
    }

    void mark() {
        if (depth == MARKS_MAX) {
            throw new IllegalStateException("invariant broken: marks end");
        }
        starts[depth++] = size;
    }

    /** Whether the innermost mark needs what this page is now. */
    boolean needs(int page) {
        return keptAt[page] != depth;
    }

    void keep(int page, int frame) {
        if (size == pages.length) {
            pages = Arrays.copyOf(pages, size * 2);
            frames = Arrays.copyOf(frames, size * 2);
            keptBefore = Arrays.copyOf(keptBefore, size * 2);
        }
        pages[size] = page;
        frames[size] = frame;
        keptBefore[size++] = keptAt[page];
        keptAt[page] = depth;
    }

    private int pop() {
        if (depth == 0) {
            throw new IllegalStateException("invariant broken: a mark is undone or released once");
        }
        return starts[--depth];
    }

    void undo(Restore restore) {
        int start = pop();
        while (size > start) {
            size--;
            keptAt[pages[size]] = keptBefore[size];
            restore.page(pages[size], frames[size]);
        }
    }

    /** Hands what the outer mark needs too over to it, and gives the other frames back. */
    void release(PagePool pool) {
        int start = pop();
        int end = size;
        size = start;
        for (int i = start; i < end; i++) {
            keptAt[pages[i]] = keptBefore[i];
            if (depth > 0 && needs(pages[i])) {
                keep(pages[i], frames[i]);
            } else if (frames[i] != UNWRITTEN) {
                pool.give(frames[i]);
            }
        }
    }

    /** Forgets all marks; the frames are gone with their pool. */
    void clear() {
        depth = 0;
        size = 0;
        Arrays.fill(keptAt, 0);
    }
}
