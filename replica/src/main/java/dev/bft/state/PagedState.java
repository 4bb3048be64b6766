package dev.bft.state;

import dev.bft.service.State;
import dev.bft.wire.Digest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/**
 * The replicated state: pages of the base checkpoint, and over them what was written since, one layer for each
 * checkpoint epoch (section 8.3). The base is never written; checkpoints above it stay readable for others.
 *
 * <p>Digests: {@link PartitionTree}. Undo: marks nest; undoing restores exactly what the mark saw. Memory: at most
 * the state once for each checkpoint above the base or pinned, and once for the epoch under way and each open mark, off
 * heap ({@link PagePool}); {@link #overlayPages} tells how much.
 */
public final class PagedState {
    /** The size of a page in bytes. */
    public static final int PAGE_SIZE = State.PAGE_SIZE;

    private static final byte[] ZEROS = new byte[PAGE_SIZE];

    /** In place of a frame: the page is the base's. */
    private static final int BASE = Layer.NONE;

    private final BasePages base;
    private final int protocolPages;
    private final PartitionTree tree;
    private final byte[] scratch = new byte[PAGE_SIZE];
    private final List<Layer> closed = new ArrayList<>();
    private final Undo undo;
    private final Pins pins = new Pins();
    /** For each page the frame of its newest content. */
    private final int[] newest;
    /** The pages written in the epoch under way. */
    private final BitSet open = new BitSet();

    private PagePool pool = new PagePool();
    private ImagePages.Lease lease = new ImagePages.Lease();
    private long baseSeqno;
    private Digest baseDigest = Digest.ZERO;
    /** The checkpoint that the disk is making the base of: until it is told, base pages are neither old nor new. */
    private long installing = -1;

    /** A state over a base; {@link #recompute} or {@link #reformat} must follow before it is used. */
    public PagedState(PageStore base, int protocolPages, int servicePages) {
        this.base = new BasePages(base);
        this.protocolPages = protocolPages;
        this.tree = new PartitionTree(protocolPages + servicePages);
        this.undo = new Undo(tree.pageCount());
        this.newest = new int[tree.pageCount()];
        Arrays.fill(newest, BASE);
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

    void read(int page, int from, PagePool.Span target) {
        if (newest[page] == BASE) {
            System.arraycopy(base.view(page), from, target.bytes(), target.offset(), target.length());
        } else {
            pool.read(newest[page], from, target);
        }
    }

    void write(int page, int from, PagePool.Span source) {
        pool.write(modify(page), from, source);
    }

    int readInt(int page, int from) {
        return newest[page] == BASE
                ? (int) BigEndian.read(base.view(page), from, Integer.BYTES)
                : pool.readInt(newest[page], from);
    }

    void writeInt(int page, int from, int value) {
        pool.writeInt(modify(page), from, value);
    }

    long readLong(int page, int from) {
        return newest[page] == BASE
                ? BigEndian.read(base.view(page), from, Long.BYTES)
                : pool.readLong(newest[page], from);
    }

    void writeLong(int page, int from, long value) {
        pool.writeLong(modify(page), from, value);
    }

    /** The frame of a page, for writing: a copy, if the present one belongs to a checkpoint or to a mark. */
    private int modify(int page) {
        int present = newest[page];
        boolean written = open.get(page);
        boolean needed = undo.needs(page);
        if (written && !needed && present != PagePool.ZERO) {
            return present;
        }
        int fresh = copyOf(page, present);
        if (needed) {
            undo.keep(page, written ? present : Undo.UNWRITTEN);
        }
        open.set(page);
        newest[page] = fresh;
        return fresh;
    }

    /** Remembers the state; {@link #undo} or {@link #release} ends it. Marks nest. */
    public void mark() {
        undo.mark();
    }

    /** Makes everything as it was at the last mark. */
    public void undo() {
        undo.undo((page, frame) -> {
            pool.give(newest[page]);
            open.set(page, frame != Undo.UNWRITTEN);
            newest[page] = frame == Undo.UNWRITTEN ? frameAt(Long.MAX_VALUE, page) : frame;
        });
    }

    /** Keeps what was written since the last mark; an outer mark can still undo it. */
    public void release() {
        undo.release(pool);
    }

    /** Ends the epoch: checkpoint {@code seqno} is what is written now. Its digest. */
    public Digest fold(long seqno) {
        check(undo.isEmpty(), "no mark is open at a checkpoint");
        check(seqno > newestCheckpoint(), "checkpoints increase");
        int[] pages = open.stream().toArray();
        PartitionTree.Before before = tree.update(pages, page -> tree.pageDigest(page, newestBytes(page)));
        int[] frames = Arrays.stream(pages).map(page -> newest[page]).toArray();
        closed.add(new Layer(seqno, tree.root(), pages, frames, before));
        open.clear();
        return tree.root();
    }

    /** The bytes of a page now; good only until the next call. */
    private byte[] newestBytes(int page) {
        read(page, 0, new PagePool.Span(scratch, 0, PAGE_SIZE));
        return scratch;
    }

    /** The digest of the newest checkpoint. */
    public Digest digest() {
        return tree.root();
    }

    /** The newest checkpoint; -1 for none. */
    public long newestCheckpoint() {
        return closed.isEmpty() ? baseSeqno : closed.get(closed.size() - 1).seqno();
    }

    /** The checkpoints held, increasing. */
    public List<Long> checkpoints() {
        List<Long> held = new ArrayList<>();
        if (!baseDigest.equals(Digest.ZERO)) {
            held.add(baseSeqno);
        }
        closed.forEach(layer -> held.add(layer.seqno()));
        return held;
    }

    /** The digest of a checkpoint held. */
    public Optional<Digest> digestAt(long checkpoint) {
        for (Layer layer : closed) {
            if (layer.seqno() == checkpoint) {
                return Optional.of(layer.root());
            }
        }
        return checkpoint == baseSeqno && !baseDigest.equals(Digest.ZERO) ? Optional.of(baseDigest) : Optional.empty();
    }

    private Digest heldDigest(long checkpoint) {
        return digestAt(checkpoint)
                .orElseThrow(() -> new IllegalStateException(
                        "invariant broken: checkpoint " + checkpoint + " is held; held are " + checkpoints()));
    }

    /** The frame of a page in the layers up to a checkpoint; {@link #BASE} if they do not hold it. */
    private int frameAt(long checkpoint, int page) {
        for (int i = closed.size() - 1; i >= 0; i--) {
            Layer layer = closed.get(i);
            int frame = layer.seqno() <= checkpoint ? layer.frame(page) : Layer.NONE;
            if (frame != Layer.NONE) {
                return frame;
            }
        }
        return BASE;
    }

    /** For each page its frame in the layers. */
    private int[] frames() {
        int[] frames = new int[pageCount()];
        Arrays.fill(frames, BASE);
        for (Layer layer : closed) {
            for (int i = 0; i < layer.pages().length; i++) {
                frames[layer.pages()[i]] = layer.frames()[i];
            }
        }
        return frames;
    }

    private static int[] held(int[] frames) {
        BitSet pages = new BitSet(frames.length);
        for (int page = 0; page < frames.length; page++) {
            pages.set(page, frames[page] != BASE);
        }
        return pages.stream().toArray();
    }

    /** What turns the base into this checkpoint; from now on the base may change, until {@link #installed}. */
    public CheckpointImage image(long checkpoint, boolean stable) {
        Digest digest = heldDigest(checkpoint);
        BitSet changed = new BitSet();
        closed.stream().filter(layer -> layer.seqno() <= checkpoint).forEach(layer -> Arrays.stream(layer.pages())
                .forEach(changed::set));
        int[] pages = changed.stream().toArray();
        int[] frames =
                Arrays.stream(pages).map(page -> frameAt(checkpoint, page)).toArray();
        pins.save(checkpoint, pages, (at, page) -> copyOf(page, frameAt(at, page)));
        installing = Math.max(installing, checkpoint);
        return new CheckpointImage(checkpoint, digest, stable, new ImagePages(pool.frames(), pages, frames, lease));
    }

    /** The base holds this checkpoint now: what it took from the layers is dropped, and older checkpoints. */
    public void installed(long checkpoint) {
        baseDigest = heldDigest(checkpoint);
        baseSeqno = checkpoint;
        lease.end();
        lease = new ImagePages.Lease();
        installing = -1;
        for (Layer layer : closed) {
            for (int i = 0; layer.seqno() <= checkpoint && i < layer.pages().length; i++) {
                int page = layer.pages()[i];
                newest[page] = newest[page] == layer.frames()[i] ? BASE : newest[page];
                pool.give(layer.frames()[i]);
            }
        }
        closed.removeIf(layer -> layer.seqno() <= checkpoint);
        base.forget();
    }

    /** Computes all digests from the base alone; it holds checkpoint {@code seqno}, or claims to. */
    public Digest recompute(long seqno) {
        forget(new PagePool());
        tree.recompute(base::view);
        baseSeqno = seqno;
        baseDigest = tree.root();
        return baseDigest;
    }

    /** The base is worth nothing: from now on all pages are zero, and nothing is a checkpoint yet. */
    public void reformat() {
        forget(new PagePool());
        for (int page = 0; page < pageCount(); page++) {
            if (!Arrays.equals(base.view(page), ZEROS)) {
                newest[page] = PagePool.ZERO;
                open.set(page);
            }
        }
        tree.recompute(page -> ZEROS);
    }

    /** Drops everything above the base, and what was known of the base. An image given away keeps its old pool. */
    private void forget(PagePool next) {
        pool = next;
        lease = new ImagePages.Lease();
        closed.clear();
        open.clear();
        undo.clear();
        pins.clear();
        Arrays.fill(newest, BASE);
        base.forget();
        baseSeqno = -1;
        baseDigest = Digest.ZERO;
        installing = -1;
    }

    /** The state becomes a fetched checkpoint: pages that were not fetched are those of the newest one. */
    public void reset(Transfer fetched) {
        check(fetched.finished(), "a state is reset to a whole checkpoint");
        fetched.forgetInherited();
        int[] frames = frames();
        open.stream()
                .filter(page -> newest[page] == PagePool.ZERO && frames[page] == BASE)
                .forEach(page -> frames[page] = PagePool.ZERO);
        for (int page = 0; page < frames.length; page++) {
            int staged = fetched.frame(page);
            if (staged != Layer.NONE) {
                frames[page] = staged;
            } else if (frames[page] > PagePool.ZERO) {
                int moved = fetched.pool().take();
                fetched.pool().copy(pool, frames[page], moved);
                frames[page] = moved;
            }
        }
        forget(fetched.pool());
        System.arraycopy(frames, 0, newest, 0, frames.length);
        int[] pages = held(frames);
        PartitionTree.Before before =
                tree.update(pages, page -> fetched.digest(page).orElse(tree.page(page)));
        check(tree.root().equals(fetched.root()), "a fetched state has the digest it was fetched by");
        int[] held = Arrays.stream(pages).map(page -> frames[page]).toArray();
        closed.add(new Layer(fetched.checkpoint(), tree.root(), pages, held, before));
    }

    /** The digests of all chunks at a checkpoint held. */
    public Optional<List<Digest>> rootChildren(long checkpoint) {
        return pins.digests(checkpoint).map(TreeAt::chunkList).or(() -> digestAt(checkpoint)
                .map(held -> Arrays.asList(TreeAt.chunks(tree, TreeAt.above(closed, checkpoint)))));
    }

    /** The digests of one chunk's pages at a checkpoint held. */
    public Optional<List<Digest>> chunkChildren(long checkpoint, int chunk) {
        if (chunk < 0 || chunk >= tree.chunkCount()) {
            return Optional.empty();
        }
        int first = chunk * PartitionTree.FAN_OUT;
        int count = tree.chunkSize(chunk);
        return pins.digests(checkpoint).map(at -> at.pageList(first, count)).or(() -> digestAt(checkpoint)
                .map(held -> Arrays.asList(TreeAt.pages(tree, TreeAt.above(closed, checkpoint), first, count))));
    }

    /** Whether this checkpoint can be served to others: of one before that which becomes the base pages are lost. */
    public boolean serves(long checkpoint) {
        return pins.holds(checkpoint)
                || (checkpoint >= installing && digestAt(checkpoint).isPresent());
    }

    /** Keeps these checkpoints, of those served, for others whatever becomes the base meanwhile; until the next call. */
    public void pin(SortedSet<Long> wanted) {
        pins.keep(wanted, pool, at -> serves(at) ? Optional.of(TreeAt.of(tree, closed, at)) : Optional.empty());
    }

    private int copyOf(int page, int frame) {
        int fresh = pool.take();
        if (frame == BASE) {
            pool.fill(fresh, base.view(page));
        } else {
            pool.copy(pool, frame, fresh);
        }
        return fresh;
    }

    /** How many pages were written in the last epoch. */
    public int folded() {
        return closed.isEmpty() ? 0 : closed.get(closed.size() - 1).pages().length;
    }

    /** A page at a checkpoint held; empty also while the base is being changed under it. */
    public Optional<byte[]> page(long checkpoint, int page) {
        if (!serves(checkpoint) || page < 0 || page >= pageCount()) {
            return Optional.empty();
        }
        int pinned = pins.frame(checkpoint, page);
        int frame = pinned == Layer.NONE ? frameAt(checkpoint, page) : pinned;
        byte[] bytes = new byte[PAGE_SIZE];
        if (frame == BASE) {
            System.arraycopy(base.view(page), 0, bytes, 0, PAGE_SIZE);
        } else {
            pool.read(frame, 0, new PagePool.Span(bytes, 0, PAGE_SIZE));
        }
        return Optional.of(bytes);
    }

    PartitionTree tree() {
        return tree;
    }

    /** The pages held above the base, for metrics. */
    public int overlayPages() {
        return pool.taken();
    }

    private static void check(boolean condition, String what) {
        if (!condition) {
            throw new IllegalStateException("invariant broken: " + what);
        }
    }
}
