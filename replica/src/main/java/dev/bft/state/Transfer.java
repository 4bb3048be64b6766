package dev.bft.state;

import dev.bft.wire.Digest;
import dev.bft.wire.Fetch.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * The fetching of one checkpoint whose digest is known (section 8.8): from the root down, only what differs from
 * my newest checkpoint, every answer checked against its parent's digest. It stages pages and touches none.
 */
public final class Transfer {
    /** Pages asked for in one message. */
    private static final int PAGES_ASKED = 32;

    /** Messages under way at once. */
    private static final int UNDER_WAY = 8;

    /** Answers to others after which an ask is given up. */
    private static final int STALE = 2 * UNDER_WAY;

    private final long checkpoint;
    private final Digest root;
    private final PagedState state;
    private final TreeMap<Integer, Digest> chunks = new TreeMap<>();
    private final TreeMap<Integer, Digest> missing = new TreeMap<>();
    private final PagePool pool;
    private final int[] staged;
    /** The frames of pages that were fetched for an earlier checkpoint and may be those of this one too. */
    private final int[] inherited;
    /** What is under way, and the round it was asked in. */
    private final TreeMap<Integer, Integer> askedChunks = new TreeMap<>();

    private final TreeMap<Integer, Integer> askedPages = new TreeMap<>();
    private boolean rootKnown;
    private boolean rootAsked;
    private int round;

    /** What to ask for next. */
    public record Ask(Level level, List<Integer> indices) {}

    /** A transfer to a checkpoint with this digest. */
    public Transfer(long checkpoint, Digest root, PagedState state) {
        this(checkpoint, root, state, new PagePool(), none(state));
    }

    private Transfer(long checkpoint, Digest root, PagedState state, PagePool pool, int[] inherited) {
        this.checkpoint = checkpoint;
        this.root = root;
        this.state = state;
        this.pool = pool;
        this.staged = none(state);
        this.inherited = inherited;
        if (state.digest().equals(root)) {
            rootKnown = true;
        }
    }

    private static int[] none(PagedState state) {
        int[] frames = new int[state.pageCount()];
        Arrays.fill(frames, Layer.NONE);
        return frames;
    }

    /** A transfer to another checkpoint instead of this one: a page that was fetched and is the same is there. */
    public Transfer to(long other, Digest digest) {
        int[] fetched = inherited.clone();
        for (int page = 0; page < staged.length; page++) {
            fetched[page] = staged[page] == Layer.NONE ? inherited[page] : staged[page];
        }
        return new Transfer(other, digest, state, pool, fetched);
    }

    /** The checkpoint. */
    public long checkpoint() {
        return checkpoint;
    }

    Digest root() {
        return root;
    }

    /** The frame of a page fetched; {@link Layer#NONE} for the others. */
    int frame(int page) {
        return staged[page];
    }

    /** Where the fetched pages are. */
    PagePool pool() {
        return pool;
    }

    /** What was fetched for an earlier checkpoint and is not in this one makes room. */
    void forgetInherited() {
        for (int page = 0; page < inherited.length; page++) {
            if (inherited[page] != Layer.NONE) {
                pool.give(inherited[page]);
                inherited[page] = Layer.NONE;
            }
        }
    }

    /**
     * What is not asked for yet, as much as may be under way. To be called after each good answer: what is still
     * under way after {@link #STALE} more is asked for anew, so that a replier who answers a page now and then
     * does not hold up the rest.
     */
    public List<Ask> next() {
        List<Ask> asks = new ArrayList<>();
        round++;
        askedChunks.values().removeIf(asked -> round - asked > STALE);
        askedPages.values().removeIf(asked -> round - asked > STALE);
        if (!rootKnown) {
            if (!rootAsked) {
                asks.add(new Ask(Level.ROOT, List.of()));
                rootAsked = true;
            }
            return asks;
        }
        for (int chunk : chunks.keySet()) {
            if (askedChunks.size() >= UNDER_WAY) {
                break;
            }
            if (askedChunks.putIfAbsent(chunk, round) == null) {
                asks.add(new Ask(Level.CHUNK, List.of(chunk)));
            }
        }
        askPages(asks);
        return asks;
    }

    private void askPages(List<Ask> asks) {
        List<Integer> some = new ArrayList<>();
        for (int page : missing.keySet()) {
            if (askedPages.size() >= UNDER_WAY * PAGES_ASKED) {
                break;
            }
            if (askedPages.putIfAbsent(page, round) == null) {
                some.add(page);
            }
            if (some.size() == PAGES_ASKED) {
                asks.add(new Ask(Level.PAGE, List.copyOf(some)));
                some.clear();
            }
        }
        if (!some.isEmpty()) {
            asks.add(new Ask(Level.PAGE, List.copyOf(some)));
        }
    }

    /** What was asked for may be lost: ask anew. */
    public void forgetAsked() {
        rootAsked = false;
        askedChunks.clear();
        askedPages.clear();
    }

    /** The digests of all chunks; false if they are not those of this checkpoint. */
    public boolean onRoot(List<Digest> children) {
        if (rootKnown || children.size() != state.tree().chunkCount()) {
            return false;
        }
        if (!state.tree().rootDigest(children).equals(root)) {
            return false;
        }
        rootKnown = true;
        for (int chunk = 0; chunk < children.size(); chunk++) {
            if (!state.tree().chunk(chunk).equals(children.get(chunk))) {
                chunks.put(chunk, children.get(chunk));
            }
        }
        return true;
    }

    /** The digests of a chunk's pages. */
    public boolean onChunk(int chunk, List<Digest> children) {
        Digest expected = chunks.getOrDefault(chunk, Digest.ZERO);
        if (expected.equals(Digest.ZERO) || children.size() != state.tree().chunkSize(chunk)) {
            return false;
        }
        if (!state.tree().chunkDigest(chunk, children).equals(expected)) {
            return false;
        }
        chunks.remove(chunk);
        askedChunks.remove(chunk);
        for (int i = 0; i < children.size(); i++) {
            int page = chunk * PartitionTree.FAN_OUT + i;
            if (!state.tree().page(page).equals(children.get(i))) {
                missing.put(page, children.get(i));
                inherit(page);
            }
        }
        return true;
    }

    private void inherit(int page) {
        if (inherited[page] != Layer.NONE) {
            byte[] bytes = new byte[PagedState.PAGE_SIZE];
            pool.read(inherited[page], 0, new PagePool.Span(bytes, 0, bytes.length));
            onPage(page, bytes);
        }
    }

    /** A page. */
    public boolean onPage(int page, byte[] bytes) {
        Digest expected = missing.getOrDefault(page, Digest.ZERO);
        if (expected.equals(Digest.ZERO) || bytes.length != PagedState.PAGE_SIZE) {
            return false;
        }
        if (!state.tree().pageDigest(page, bytes).equals(expected)) {
            return false;
        }
        missing.remove(page);
        askedPages.remove(page);
        staged[page] = inherited[page] == Layer.NONE ? pool.take() : inherited[page];
        inherited[page] = Layer.NONE;
        pool.fill(staged[page], bytes);
        return true;
    }

    /** Whether everything that differs is here. */
    public boolean finished() {
        return rootKnown && chunks.isEmpty() && missing.isEmpty();
    }
}
