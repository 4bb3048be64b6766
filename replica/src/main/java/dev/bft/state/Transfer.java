package dev.bft.state;

import dev.bft.wire.Digest;
import dev.bft.wire.Fetch.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The fetching of one checkpoint whose digest is known (section 8.8): from the root down, only what differs from
 * my newest checkpoint, every answer checked against its parent's digest. It stages pages and touches none.
 */
public final class Transfer {
    /** Pages asked for in one message. */
    private static final int PAGES_ASKED = 32;

    /** Messages under way at once. */
    private static final int UNDER_WAY = 8;

    private final long checkpoint;
    private final Digest root;
    private final PagedState state;
    private final TreeMap<Integer, Digest> chunks = new TreeMap<>();
    private final TreeMap<Integer, Digest> missing = new TreeMap<>();
    private final TreeMap<Integer, byte[]> staged = new TreeMap<>();
    private final TreeSet<Integer> askedChunks = new TreeSet<>();
    private final TreeSet<Integer> askedPages = new TreeSet<>();
    private boolean rootKnown;
    private boolean rootAsked;

    /** What to ask for next. */
    public record Ask(Level level, List<Integer> indices) {}

    /** A transfer to a checkpoint with this digest. */
    public Transfer(long checkpoint, Digest root, PagedState state) {
        this.checkpoint = checkpoint;
        this.root = root;
        this.state = state;
        if (state.digest().equals(root)) {
            rootKnown = true;
        }
    }

    /** The checkpoint. */
    public long checkpoint() {
        return checkpoint;
    }

    Digest root() {
        return root;
    }

    SortedMap<Integer, byte[]> pages() {
        return staged;
    }

    /** What is not asked for yet, as much as may be under way. */
    public List<Ask> next() {
        List<Ask> asks = new ArrayList<>();
        if (!rootKnown) {
            if (!rootAsked) {
                asks.add(new Ask(Level.ROOT, List.of()));
                rootAsked = true;
            }
            return asks;
        }
        for (int chunk : chunks.keySet()) {
            if (askedChunks.size() < UNDER_WAY && askedChunks.add(chunk)) {
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
            if (askedPages.add(page)) {
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
            if (state.differsChunk(chunk, children.get(chunk))) {
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
            if (state.differsPage(page, children.get(i))) {
                missing.put(page, children.get(i));
            }
        }
        return true;
    }

    /** A page. */
    public boolean onPage(int page, byte[] bytes) {
        Digest expected = missing.getOrDefault(page, Digest.ZERO);
        if (expected.equals(Digest.ZERO)
                || !PartitionTree.pageDigest(page, bytes).equals(expected)) {
            return false;
        }
        missing.remove(page);
        askedPages.remove(page);
        staged.put(page, bytes.clone());
        return true;
    }

    /** Whether everything that differs is here. */
    public boolean finished() {
        return rootKnown && chunks.isEmpty() && missing.isEmpty();
    }
}
