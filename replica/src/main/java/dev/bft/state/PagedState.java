package dev.bft.state;

import dev.bft.service.State;
import dev.bft.wire.Digest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The replicated state: pages of the base checkpoint, and over them what was written since, one layer for each
 * checkpoint epoch (section 8.3). The base is never written; checkpoints above it stay readable for others.
 *
 * <p>Digests: {@link PartitionTree}. Undo: marks nest; undoing restores exactly what the mark saw.
 */
public final class PagedState {
    /** The size of a page in bytes. */
    public static final int PAGE_SIZE = 4096;

    private static final byte[] ZERO = new byte[PAGE_SIZE];

    private final BasePages base;
    private final int protocolPages;
    private final PartitionTree tree;
    private final List<Layer> closed = new ArrayList<>();
    private final ArrayDeque<TreeMap<Integer, Optional<byte[]>>> marks = new ArrayDeque<>();
    private TreeMap<Integer, byte[]> open = new TreeMap<>();
    private long baseSeqno;
    private Digest baseDigest = Digest.ZERO;

    /** The pages written in the epoch that ended with a checkpoint, and the page digests before it. */
    private record Layer(long seqno, Digest root, TreeMap<Integer, byte[]> pages, SortedMap<Integer, Digest> before) {}

    /** A state over a base; {@link #recompute} or {@link #reformat} must follow before it is used. */
    public PagedState(PageStore base, int protocolPages, int servicePages) {
        this.base = new BasePages(base);
        this.protocolPages = protocolPages;
        this.tree = new PartitionTree(protocolPages + servicePages);
    }

    /** All pages. */
    public int pageCount() {
        return tree.pageCount();
    }

    /** The pages of the protocol: session table and reply cache. */
    public State protocol() {
        return new Region(this, 0, protocolPages);
    }

    /** The pages of the service. */
    public State service() {
        return new Region(this, protocolPages, pageCount() - protocolPages);
    }

    /** The bytes of a page now; not to be modified. */
    byte[] view(int page) {
        byte[] bytes = open.get(page);
        return bytes != null ? bytes : folded(page);
    }

    private byte[] folded(int page) {
        for (int i = closed.size() - 1; i >= 0; i--) {
            byte[] bytes = closed.get(i).pages.get(page);
            if (bytes != null) {
                return bytes;
            }
        }
        return base.view(page);
    }

    /** The bytes of a page, for writing; remembered for undo. */
    byte[] modify(int page) {
        byte[] bytes = open.get(page);
        if (!marks.isEmpty() && !marks.peek().containsKey(page)) {
            marks.peek().put(page, Optional.ofNullable(bytes).map(byte[]::clone));
        }
        if (bytes == null) {
            bytes = folded(page).clone();
            open.put(page, bytes);
        } else if (bytes == ZERO) {
            bytes = new byte[PAGE_SIZE];
            open.put(page, bytes);
        }
        return bytes;
    }

    /** Remembers the state; {@link #undo} or {@link #release} ends it. Marks nest. */
    public void mark() {
        marks.push(new TreeMap<>());
    }

    /** Makes everything as it was at the last mark. */
    public void undo() {
        for (Map.Entry<Integer, Optional<byte[]>> entry : marks.pop().entrySet()) {
            entry.getValue()
                    .ifPresentOrElse(bytes -> open.put(entry.getKey(), bytes), () -> open.remove(entry.getKey()));
        }
    }

    /** Keeps what was written since the last mark; an outer mark can still undo it. */
    public void release() {
        TreeMap<Integer, Optional<byte[]>> inner = marks.pop();
        if (!marks.isEmpty()) {
            inner.forEach(marks.peek()::putIfAbsent);
        }
    }

    /** Ends the epoch: checkpoint {@code seqno} is what is written now. Its digest. */
    public Digest fold(long seqno) {
        SortedMap<Integer, Digest> before = tree.update(open);
        closed.add(new Layer(seqno, tree.root(), open, before));
        open = new TreeMap<>();
        return tree.root();
    }

    /** The digest of the newest checkpoint. */
    public Digest digest() {
        return tree.root();
    }

    /** The newest checkpoint. */
    public long newestCheckpoint() {
        return closed.isEmpty() ? baseSeqno : closed.get(closed.size() - 1).seqno;
    }

    /** The digest of a checkpoint held. */
    public Optional<Digest> digestAt(long checkpoint) {
        for (Layer layer : closed) {
            if (layer.seqno == checkpoint) {
                return Optional.of(layer.root);
            }
        }
        return checkpoint == baseSeqno && !baseDigest.equals(Digest.ZERO) ? Optional.of(baseDigest) : Optional.empty();
    }

    /** What turns the base into this checkpoint. */
    public CheckpointImage image(long checkpoint, boolean stable) {
        Digest digest = digestAt(checkpoint).orElseThrow(() -> new IllegalStateException("no such checkpoint"));
        TreeMap<Integer, byte[]> pages = new TreeMap<>();
        for (Layer layer : closed) {
            if (layer.seqno <= checkpoint) {
                pages.putAll(layer.pages);
            }
        }
        List<CheckpointImage.Page> list = new ArrayList<>();
        pages.forEach((index, bytes) -> list.add(new CheckpointImage.Page(index, bytes)));
        return new CheckpointImage(checkpoint, digest, stable, list);
    }

    /** The base holds this checkpoint now: what it took from the layers is dropped, and older checkpoints. */
    public void installed(long checkpoint) {
        baseDigest = digestAt(checkpoint).orElseThrow(() -> new IllegalStateException("no such checkpoint"));
        baseSeqno = checkpoint;
        closed.removeIf(layer -> layer.seqno <= checkpoint);
        base.forget();
    }

    /** Computes all digests from the base alone; it holds checkpoint {@code seqno}, or claims to. */
    public Digest recompute(long seqno) {
        closed.clear();
        open.clear();
        base.forget();
        tree.recompute(base::view);
        baseSeqno = seqno;
        baseDigest = tree.root();
        return baseDigest;
    }

    /** The base is worth nothing: from now on all pages are zero, and nothing is a checkpoint yet. */
    public void reformat() {
        closed.clear();
        open.clear();
        base.forget();
        for (int page = 0; page < pageCount(); page++) {
            if (!java.util.Arrays.equals(base.view(page), ZERO)) {
                open.put(page, ZERO);
            }
        }
        base.forget();
        tree.recompute(page -> ZERO);
        baseSeqno = -1;
        baseDigest = Digest.ZERO;
    }

    /** The state becomes a fetched checkpoint: pages that were not fetched are those of the newest one. */
    public void reset(Transfer fetched) {
        TreeMap<Integer, byte[]> pages = new TreeMap<>();
        closed.forEach(layer -> pages.putAll(layer.pages));
        open.forEach((page, bytes) -> {
            if (bytes == ZERO) {
                pages.putIfAbsent(page, bytes);
            }
        });
        pages.putAll(fetched.pages());
        closed.clear();
        open = new TreeMap<>();
        marks.clear();
        tree.update(pages);
        if (!tree.root().equals(fetched.root())) {
            throw new IllegalStateException("invariant broken: a fetched state has the digest it was fetched by");
        }
        closed.add(new Layer(fetched.checkpoint(), tree.root(), pages, new TreeMap<>()));
        baseSeqno = -1;
        baseDigest = Digest.ZERO;
    }

    /** The digests of all chunks at a checkpoint held. */
    public Optional<List<Digest>> rootChildren(long checkpoint) {
        if (digestAt(checkpoint).isEmpty()) {
            return Optional.empty();
        }
        if (checkpoint == newestCheckpoint()) {
            return Optional.of(tree.chunks());
        }
        List<Digest> chunks = new ArrayList<>();
        for (int chunk = 0; chunk < tree.chunkCount(); chunk++) {
            chunks.add(tree.chunkDigest(chunk, pageDigests(checkpoint, chunk)));
        }
        return Optional.of(chunks);
    }

    /** The digests of one chunk's pages at a checkpoint held. */
    public Optional<List<Digest>> chunkChildren(long checkpoint, int chunk) {
        if (digestAt(checkpoint).isEmpty() || chunk < 0 || chunk >= tree.chunkCount()) {
            return Optional.empty();
        }
        return Optional.of(pageDigests(checkpoint, chunk));
    }

    private List<Digest> pageDigests(long checkpoint, int chunk) {
        List<Digest> digests = new ArrayList<>();
        int first = chunk * PartitionTree.FAN_OUT;
        for (int page = first; page < Math.min(first + PartitionTree.FAN_OUT, pageCount()); page++) {
            digests.add(pageDigest(checkpoint, page));
        }
        return digests;
    }

    private Digest pageDigest(long checkpoint, int page) {
        for (Layer layer : closed) {
            Digest before = layer.before.get(page);
            if (layer.seqno > checkpoint && before != null) {
                return before;
            }
        }
        return tree.page(page);
    }

    /** A page at a checkpoint held. */
    public Optional<byte[]> page(long checkpoint, int page) {
        if (digestAt(checkpoint).isEmpty() || page < 0 || page >= pageCount()) {
            return Optional.empty();
        }
        for (int i = closed.size() - 1; i >= 0; i--) {
            byte[] bytes =
                    closed.get(i).seqno <= checkpoint ? closed.get(i).pages.get(page) : null;
            if (bytes != null) {
                return Optional.of(bytes);
            }
        }
        return Optional.of(base.view(page).clone());
    }

    /** Whether my own digest of this chunk is another one. */
    boolean differsChunk(int chunk, Digest digest) {
        return !tree.chunk(chunk).equals(digest);
    }

    /** Whether my own digest of this page is another one. */
    boolean differsPage(int page, Digest digest) {
        return !tree.page(page).equals(digest);
    }

    PartitionTree tree() {
        return tree;
    }

    /** The pages held above the base. */
    public int overlayPages() {
        int count = open.size();
        for (Layer layer : closed) {
            count += layer.pages.size();
        }
        return count;
    }
}
