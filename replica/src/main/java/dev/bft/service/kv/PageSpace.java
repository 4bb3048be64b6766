package dev.bft.service.kv;

import dev.bft.service.State;

/**
 * The pages of the store: a header page, pages in use, and a list of free ones. Everything is in the state, so
 * all replicas allocate alike.
 *
 * <p>A long value stands in a chain of pages, each the number of the next one and 4092 bytes. Free pages are one
 * long chain, so a value's chain is given back by hanging it before that.
 */
final class PageSpace {
    static final int PAGE = State.PAGE_SIZE;

    private static final int ROOT_AT = 0;
    private static final int FREE_AT = 4;
    private static final int NEXT_AT = 8;
    private static final int FREE_COUNT_AT = 12;
    private static final int CHAIN_HEAD = 4;
    private static final int CHAIN_BYTES = PAGE - CHAIN_HEAD;

    private final State state;
    private final byte[] probe = new byte[KvOperation.KEY_MAX];

    PageSpace(State state) {
        this.state = state;
    }

    /** An empty store whose root is page 1. */
    void format() {
        state.writeInt(ROOT_AT, 1);
        state.writeInt(NEXT_AT, 2);
    }

    State state() {
        return state;
    }

    /** Room for one key, to compare with. */
    byte[] probe() {
        return probe;
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
        Invariant.check(next < total(), "a page is allocated only where there is one");
        state.writeInt(NEXT_AT, next + 1);
        return next;
    }

    void free(int page) {
        hangBeforeFree(page, page, 1);
    }

    private void hangBeforeFree(int first, int last, int count) {
        state.writeInt(at(last), state.readInt(FREE_AT));
        state.writeInt(FREE_AT, first);
        state.writeInt(FREE_COUNT_AT, state.readInt(FREE_COUNT_AT) + count);
    }

    /** The address of a page. */
    long at(int page) {
        Invariant.check(page >= 1 && page < total(), "a page of the store");
        return (long) page * PAGE;
    }

    static int chainLength(int bytes) {
        return (bytes + CHAIN_BYTES - 1) / CHAIN_BYTES;
    }

    int writeChain(byte[] value) {
        int first = 0;
        for (int i = chainLength(value.length) - 1; i >= 0; i--) {
            int page = allocate();
            int from = i * CHAIN_BYTES;
            state.writeInt(at(page), first);
            state.write(at(page) + CHAIN_HEAD, value, from, Math.min(CHAIN_BYTES, value.length - from));
            first = page;
        }
        return first;
    }

    byte[] readChain(int first, int length) {
        byte[] value = new byte[length];
        int page = first;
        for (int done = 0; done < length; done += CHAIN_BYTES) {
            state.read(at(page) + CHAIN_HEAD, value, done, Math.min(CHAIN_BYTES, length - done));
            page = state.readInt(at(page));
        }
        return value;
    }

    void freeChain(int first, int length) {
        int last = first;
        int count = chainLength(length);
        for (int i = 1; i < count; i++) {
            last = state.readInt(at(last));
        }
        hangBeforeFree(first, last, count);
    }
}
