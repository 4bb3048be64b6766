package dev.bft.state;

import dev.bft.wire.Digest;
import dev.bft.wire.Fetch.Level;
import dev.bft.wire.Limits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * The fetching of one checkpoint whose digest is known (section 8.8): from the root down, only what differs from
 * my newest checkpoint, every answer checked against its parent's digest. It stages pages and touches none.
 *
 * <p>On the heap: 12 bytes for each page of the state, and 48 for each that differs: 60 MiB if all of 4 GiB do.
 */
public final class Transfer {
    /** Messages under way at once: of pages, 3 MiB of answers. */
    private static final int UNDER_WAY = 12;

    /** Answers to others after which an ask is given up. */
    private static final int STALE = 2 * UNDER_WAY;

    private final long checkpoint;
    private final Digest root;
    private final PagedState state;
    /** Of the chunks and pages that are to be fetched, what their digests are. */
    private final Digest[] chunkDigests;

    private final Digest[] pageDigests;
    private final Wanted chunks = new Wanted();
    private final Wanted pages = new Wanted();
    private final PagePool pool;
    private final int[] staged;
    /** The frames of pages that were fetched for an earlier checkpoint and may be those of this one too. */
    private final int[] inherited;

    private final List<UnderWay> underWay = new ArrayList<>();
    private boolean rootKnown;
    private boolean rootAsked;
    private int round;

    /** What to ask for next. */
    public record Ask(Level level, List<Integer> indices) {}

    /** What was asked for, and the round it was asked in. */
    private record UnderWay(Ask ask, int round) {}

    /** The partitions of a level that are not here yet, and those of them that are asked for. */
    private static final class Wanted {
        final BitSet missing = new BitSet();
        final BitSet asked = new BitSet();

        /** Up to so many that are not asked for yet; they are now. */
        List<Integer> take(int most) {
            List<Integer> some = new ArrayList<>();
            for (int i = missing.nextSetBit(0); i >= 0 && some.size() < most; i = missing.nextSetBit(i + 1)) {
                if (!asked.get(i)) {
                    asked.set(i);
                    some.add(i);
                }
            }
            return some;
        }

        void here(int index) {
            missing.clear(index);
            asked.clear(index);
        }
    }

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
        this.chunkDigests = new Digest[state.tree().chunkCount()];
        this.pageDigests = new Digest[state.pageCount()];
        Arrays.fill(chunkDigests, Digest.ZERO);
        Arrays.fill(pageDigests, Digest.ZERO);
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

    /** The digest of a page fetched, which it was checked against. */
    Optional<Digest> digest(int page) {
        return staged[page] == Layer.NONE ? Optional.empty() : Optional.of(pageDigests[page]);
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
        underWay.removeIf(this::isOver);
        if (!rootKnown && !rootAsked) {
            rootAsked = true;
            asks.add(new Ask(Level.ROOT, List.of()));
        }
        ask(Level.CHUNK, 1, asks);
        ask(Level.PAGE, Limits.PAGES, asks);
        return asks;
    }

    private void ask(Level level, int most, List<Ask> asks) {
        List<Integer> some = underWay.size() < UNDER_WAY ? wanted(level).take(most) : List.of();
        while (!some.isEmpty()) {
            Ask ask = new Ask(level, List.copyOf(some));
            asks.add(ask);
            underWay.add(new UnderWay(ask, round));
            some = underWay.size() < UNDER_WAY ? wanted(level).take(most) : List.of();
        }
    }

    private Wanted wanted(Level level) {
        return level == Level.CHUNK ? chunks : pages;
    }

    /** All of it is here, or it is given up. */
    private boolean isOver(UnderWay one) {
        BitSet asked = wanted(one.ask.level()).asked;
        boolean stale = round - one.round > STALE;
        if (stale) {
            one.ask.indices().forEach(asked::clear);
        }
        return stale || one.ask.indices().stream().noneMatch(asked::get);
    }

    /** What was asked for may be lost: ask anew. */
    public void forgetAsked() {
        rootAsked = false;
        chunks.asked.clear();
        pages.asked.clear();
        underWay.clear();
    }

    /** Whether the digests below the root are here. */
    public boolean knowsRoot() {
        return rootKnown;
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
                chunkDigests[chunk] = children.get(chunk);
                chunks.missing.set(chunk);
            }
        }
        return true;
    }

    /** The digests of a chunk's pages. */
    public boolean onChunk(int chunk, List<Digest> children) {
        boolean missing = chunk >= 0 && chunks.missing.get(chunk);
        if (!missing || children.size() != state.tree().chunkSize(chunk)) {
            return false;
        }
        if (!state.tree().chunkDigest(chunk, children).equals(chunkDigests[chunk])) {
            return false;
        }
        chunks.here(chunk);
        for (int i = 0; i < children.size(); i++) {
            int page = chunk * PartitionTree.FAN_OUT + i;
            if (!state.tree().page(page).equals(children.get(i))) {
                pageDigests[page] = children.get(i);
                pages.missing.set(page);
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
        if (page < 0 || !pages.missing.get(page) || bytes.length != PagedState.PAGE_SIZE) {
            return false;
        }
        if (!state.tree().pageDigest(page, bytes).equals(pageDigests[page])) {
            return false;
        }
        pages.here(page);
        staged[page] = inherited[page] == Layer.NONE ? pool.take() : inherited[page];
        inherited[page] = Layer.NONE;
        pool.fill(staged[page], bytes);
        return true;
    }

    /** Whether everything that differs is here. */
    public boolean finished() {
        return rootKnown && chunks.missing.isEmpty() && pages.missing.isEmpty();
    }
}
