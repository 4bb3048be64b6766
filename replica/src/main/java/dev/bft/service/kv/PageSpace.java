package dev.bft.service.kv;

import dev.bft.service.State;

/**
 * The pages of the store: a header page, pages in use, and a list of free ones. Everything is in the state, so
 * all replicas allocate alike.
 */
final class PageSpace {
    static final int PAGE = 4096;

    private static final int ROOT_AT = 0;
    private static final int FREE_AT = 4;
    private static final int NEXT_AT = 8;
    private static final int FREE_COUNT_AT = 12;

    private final State state;

    PageSpace(State state) {
        this.state = state;
    }

    /** An empty store whose root is page 1. */
    void format() {
        state.writeInt(ROOT_AT, 1);
        state.writeInt(NEXT_AT, 2);
    }

    int root() {
        return state.readInt(ROOT_AT);
    }

    void setRoot(int page) {
        state.writeInt(ROOT_AT, page);
    }

    private int total() {
        return (int) (state.size() / PAGE);
    }

    /** The pages that can still be allocated. */
    int available() {
        return state.readInt(FREE_COUNT_AT) + total() - state.readInt(NEXT_AT);
    }

    /** A page for use; whoever asks has made sure that there is one. */
    int allocate() {
        int free = state.readInt(FREE_AT);
        if (free != 0) {
            state.writeInt(FREE_AT, state.readInt(at(free)));
            state.writeInt(FREE_COUNT_AT, state.readInt(FREE_COUNT_AT) - 1);
            return free;
        }
        int next = state.readInt(NEXT_AT);
        if (next >= total()) {
            throw new IllegalStateException("invariant broken: a page is allocated only where there is one");
        }
        state.writeInt(NEXT_AT, next + 1);
        return next;
    }

    void free(int page) {
        state.writeInt(at(page), state.readInt(FREE_AT));
        state.writeInt(FREE_AT, page);
        state.writeInt(FREE_COUNT_AT, state.readInt(FREE_COUNT_AT) + 1);
    }

    byte[] read(int page) {
        byte[] bytes = new byte[PAGE];
        state.read(at(page), bytes, 0, PAGE);
        return bytes;
    }

    void write(int page, byte[] bytes, int length) {
        state.write(at(page), bytes, 0, length);
    }

    private long at(int page) {
        if (page < 1 || page >= total()) {
            throw new IllegalStateException("invariant broken: page " + page + " of " + total());
        }
        return (long) page * PAGE;
    }

    // Long values: a chain of pages, each the number of the next one and 4092 bytes.

    static int chainLength(int bytes) {
        return (bytes + PAGE - 5) / (PAGE - 4);
    }

    int writeChain(byte[] value) {
        int first = 0;
        int pages = chainLength(value.length);
        for (int i = pages - 1; i >= 0; i--) {
            int page = allocate();
            int from = i * (PAGE - 4);
            state.writeInt(at(page), first);
            state.write(at(page) + 4, value, from, Math.min(PAGE - 4, value.length - from));
            first = page;
        }
        return first;
    }

    byte[] readChain(int first, int length) {
        byte[] value = new byte[length];
        int page = first;
        for (int done = 0; done < length; done += PAGE - 4) {
            state.read(at(page) + 4, value, done, Math.min(PAGE - 4, length - done));
            page = state.readInt(at(page));
        }
        return value;
    }

    void freeChain(int first, int length) {
        int page = first;
        for (int i = chainLength(length); i > 0; i--) {
            int next = state.readInt(at(page));
            free(page);
            page = next;
        }
    }
}
