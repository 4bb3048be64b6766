package dev.bft.state;

import java.util.Arrays;

/** The base with a small cache in front, so that reading a few bytes does not copy a page each time. */
final class BasePages {
    private static final int CACHED = 256;
    private static final byte[] UNUSED = {};

    private final PageStore store;
    private final byte[][] pages = new byte[CACHED][];
    private final int[] held = new int[CACHED];

    BasePages(PageStore store) {
        this.store = store;
        Arrays.fill(pages, UNUSED);
        forget();
    }

    /** A page of the base; not to be modified, and good only until the next call. */
    byte[] view(int page) {
        int at = page % CACHED;
        if (held[at] != page) {
            pages[at] = pages[at].length == 0 ? new byte[PagedState.PAGE_SIZE] : pages[at];
            held[at] = -1;
            store.read(page, pages[at]);
            held[at] = page;
        }
        return pages[at];
    }

    /** The base changed. */
    void forget() {
        Arrays.fill(held, -1);
    }
}
