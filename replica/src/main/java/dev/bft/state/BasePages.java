package dev.bft.state;

/** The base with a small cache in front, so that reading a few bytes does not copy a page each time. */
final class BasePages {
    private static final int CACHED = 256;

    private final PageStore store;
    private final byte[][] pages = new byte[CACHED][PagedState.PAGE_SIZE];
    private final int[] held = new int[CACHED];

    BasePages(PageStore store) {
        this.store = store;
        forget();
    }

    /** A page of the base; not to be modified, and good only until the next call. */
    byte[] view(int page) {
        int at = page % CACHED;
        if (held[at] != page) {
            store.read(page, pages[at]);
            held[at] = page;
        }
        return pages[at];
    }

    /** The base changed. */
    void forget() {
        java.util.Arrays.fill(held, -1);
    }
}
