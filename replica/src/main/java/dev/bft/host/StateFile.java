package dev.bft.host;

import dev.bft.state.CheckpointImage;
import dev.bft.state.CheckpointImage.Page;
import dev.bft.state.PageStore;
import dev.bft.state.PagedState;
import dev.bft.wire.Digest;
import dev.bft.wire.MalformedException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The file {@code state}: the pages of exactly one checkpoint, the base; behind a page with the head.
 *
 * <p>It is mapped read only, so that nothing half executed can reach it. {@link #install} is the only writer. Until it
 * returns, a page of the image may read as it was, as it will be, or torn: the reader takes those from the image.
 */
final class StateFile implements PageStore, Closeable {
    /** The name of the file. */
    static final String FILE = "state";

    private static final int PAGES_PER_MAP = (1 << 30) / PagedState.PAGE_SIZE;
    private static final int PAGES_AT_ONCE = 256;

    private final FileChannel file;
    private final Journal journal;
    private final FileHead empty;
    private final List<MappedByteBuffer> maps = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(PAGES_AT_ONCE * PagedState.PAGE_SIZE);
    private FileHead head;
    private Optional<String> fault = Optional.empty();

    private StateFile(FileChannel file, Journal journal, FileHead empty) {
        this.file = file;
        this.journal = journal;
        this.empty = empty;
        this.head = empty;
    }

    /**
     * Opens the state of so many pages, made if it is missing, and completes an install that was cut short.
     *
     * @param fresh whether nothing was ever voted: a state that is not whole was then cut short while it was made, and
     *     is made again, since beside votes it would tell that they rest on pages that are lost
     * @throws ForeignFileException if it is whole, but of another version, cluster or size
     */
    static StateFile open(Folder folder, byte[] cluster, int pageCount, boolean fresh)
            throws IOException, ForeignFileException {
        boolean missing = !folder.has(FILE);
        FileHead empty = new FileHead(FileHead.Kind.STATE, cluster, pageCount, 0, Digest.ZERO, false, 0);
        FileChannel file = folder.open(FILE);
        StateFile state = new StateFile(file, new Journal(folder.open(Journal.FILE)), empty);
        try {
            if (missing) {
                state.fault = Optional.of("it is missing");
            } else {
                state.readHead();
            }
            // Also what an earlier process made or renamed and was killed before it synced: its vote log, too, is
            // written on from here, and must not lose its name after that.
            folder.sync();
            state.stretch();
            state.redo();
            if (state.fault.isPresent() && (missing || fresh)) {
                state.create();
            }
            state.map();
            return state;
        } catch (IOException | ForeignFileException e) {
            state.close();
            throw e;
        }
    }

    private void create() throws IOException {
        Writes.all(file, ByteBuffer.wrap(empty.toBytes()), 0);
        file.force(true);
    }

    /** A map beyond the end of the file would be fatal; pages never written are holes and read as zeros. */
    private void stretch() throws IOException {
        long size = position(empty.pageCount());
        if (file.size() < size) {
            Writes.all(file, ByteBuffer.allocate(1), size - 1);
        }
    }

    private void readHead() throws IOException, ForeignFileException {
        if (file.size() < FileHead.BYTES) {
            fault = Optional.of("it is too short");
            return;
        }
        ByteBuffer bytes = ByteBuffer.allocate(FileHead.BYTES);
        Reads.full(file, bytes, 0);
        try {
            head = FileHead.read(FileHead.Kind.STATE, bytes.array());
        } catch (MalformedException e) {
            fault = Optional.of(String.valueOf(e.getMessage()));
            return;
        }
        if (!Arrays.equals(head.cluster(), empty.cluster())) {
            throw new ForeignFileException("state: the state of another cluster; put each cluster's own folder back");
        }
        if (head.pageCount() != empty.pageCount()) {
            throw new ForeignFileException("state: holds " + head.pageCount() + " pages, bft.toml makes it "
                    + empty.pageCount() + "; its size is fixed by keygen: put [limits] state and sessions back");
        }
    }

    private void redo() throws IOException, ForeignFileException {
        Optional<CheckpointImage> image = journal.read(empty).filter(i -> i.seqno() >= head.seqno());
        if (image.isPresent()) {
            apply(image.get());
            file.force(false);
            journal.clear();
            fault = Optional.empty();
        }
    }

    private void map() throws IOException {
        for (int from = 0; from < empty.pageCount(); from += PAGES_PER_MAP) {
            int pages = Math.min(PAGES_PER_MAP, empty.pageCount() - from);
            maps.add(file.map(FileChannel.MapMode.READ_ONLY, position(from), (long) pages * PagedState.PAGE_SIZE));
        }
    }

    private static long position(int page) {
        return (1L + page) * PagedState.PAGE_SIZE;
    }

    /** Which checkpoint the file claims to hold; 0 and no digest for a new or damaged one. */
    FileHead head() {
        return head;
    }

    /** What was wrong with the file when it was opened. */
    Optional<String> fault() {
        return fault;
    }

    @Override
    public void read(int page, byte[] target) {
        maps.get(page / PAGES_PER_MAP)
                .get(page % PAGES_PER_MAP * PagedState.PAGE_SIZE, target, 0, PagedState.PAGE_SIZE);
    }

    /** Makes a checkpoint the base; with {@code sync} it survives a crash of the machine at any point. */
    void install(CheckpointImage image, boolean sync) throws IOException {
        journal.write(headOf(FileHead.Kind.JOURNAL, image), image.pages());
        if (sync) {
            journal.sync();
        }
        apply(image);
        if (sync) {
            sync();
        }
        journal.clear();
    }

    /** Makes what is written durable. */
    void sync() throws IOException {
        file.force(false);
    }

    private FileHead headOf(FileHead.Kind kind, CheckpointImage image) {
        return new FileHead(
                kind,
                empty.cluster(),
                empty.pageCount(),
                image.seqno(),
                image.digest(),
                image.stable(),
                kind == FileHead.Kind.JOURNAL ? image.pages().size() : 0);
    }

    private void apply(CheckpointImage image) throws IOException {
        head = headOf(FileHead.Kind.STATE, image);
        Writes.all(file, ByteBuffer.wrap(head.toBytes()), 0);
        int first = -1;
        int next = -1;
        buffer.clear();
        for (Page page : image.pages()) {
            if (page.index() != next || !buffer.hasRemaining()) {
                writeRun(first);
                first = page.index();
            }
            buffer.put(page.bytes());
            next = page.index() + 1;
        }
        writeRun(first);
    }

    /** Writes the pages in the buffer, which follow one another from this one on. */
    private void writeRun(int first) throws IOException {
        if (buffer.position() > 0) {
            Writes.all(file, buffer.flip(), position(first));
            buffer.clear();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            journal.close();
        } finally {
            file.close();
        }
    }
}
