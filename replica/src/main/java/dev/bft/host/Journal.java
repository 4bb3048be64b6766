package dev.bft.host;

import dev.bft.state.CheckpointImage;
import dev.bft.state.CheckpointImage.Page;
import dev.bft.state.PagedState;
import dev.bft.wire.MalformedException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The file {@code journal}: the checkpoint that {@code state} is about to become.
 *
 * <pre>
 * head (128)  { page index (4)  page (4096) }*  CRC-32C of all before it (4)
 * </pre>
 *
 * <p>It is written over and over in the same place, because a sync that changes no length is quicker. Bytes of an
 * older journal behind or amid a new one that was cut short never complete it: the CRC covers all.
 */
final class Journal implements Closeable {
    /** The name of the file. */
    static final String FILE = "journal";

    private static final int ENTRY = Integer.BYTES + PagedState.PAGE_SIZE;
    private static final int ENTRIES_AT_ONCE = 128;

    private final FileChannel file;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(ENTRIES_AT_ONCE * ENTRY);

    Journal(FileChannel file) {
        this.file = file;
    }

    /** Writes a checkpoint; the caller syncs. */
    void write(FileHead head, List<Page> pages) throws IOException {
        CRC32C crc = new CRC32C();
        long at = put(ByteBuffer.wrap(head.toBytes()), 0, crc);
        for (int from = 0; from < pages.size(); from += ENTRIES_AT_ONCE) {
            buffer.clear();
            for (Page page : pages.subList(from, Math.min(from + ENTRIES_AT_ONCE, pages.size()))) {
                buffer.putInt(page.index()).put(page.bytes());
            }
            at = put(buffer.flip(), at, crc);
        }
        Writes.all(file, ByteBuffer.allocate(4).putInt((int) crc.getValue()).flip(), at);
    }

    private long put(ByteBuffer bytes, long at, CRC32C crc) throws IOException {
        int count = bytes.remaining();
        crc.update(bytes.duplicate());
        Writes.all(file, bytes, at);
        return at + count;
    }

    /** Makes what is written durable. */
    void sync() throws IOException {
        file.force(false);
    }

    /**
     * The checkpoint in the file, if all of it is there.
     *
     * @throws ForeignFileException if it is of another version
     */
    Optional<CheckpointImage> read(FileHead expected) throws IOException, ForeignFileException {
        if (file.size() < FileHead.BYTES + Integer.BYTES) {
            return Optional.empty();
        }
        FileHead head;
        try {
            head = FileHead.read(FileHead.Kind.JOURNAL, bytesAt(0, FileHead.BYTES));
        } catch (MalformedException e) {
            return Optional.empty();
        }
        boolean fits = head.pageCount() == expected.pageCount()
                && java.util.Arrays.equals(head.cluster(), expected.cluster())
                && head.changed() >= 0
                && head.changed() <= head.pageCount();
        long end = FileHead.BYTES + (long) head.changed() * ENTRY;
        if (!fits
                || file.size() < end + Integer.BYTES
                || crcUpTo(end) != ByteBuffer.wrap(bytesAt(end, 4)).getInt()) {
            return Optional.empty();
        }
        return readPages(head).map(pages -> new CheckpointImage(head.seqno(), head.digest(), head.stable(), pages));
    }

    private Optional<List<Page>> readPages(FileHead head) throws IOException {
        List<Page> pages = new ArrayList<>();
        int last = -1;
        for (int i = 0; i < head.changed(); i++) {
            ByteBuffer entry = ByteBuffer.wrap(bytesAt(FileHead.BYTES + (long) i * ENTRY, ENTRY));
            int index = entry.getInt();
            if (index <= last || index >= head.pageCount()) {
                return Optional.empty();
            }
            last = index;
            byte[] page = new byte[PagedState.PAGE_SIZE];
            entry.get(page);
            pages.add(new Page(index, page));
        }
        return Optional.of(pages);
    }

    private int crcUpTo(long end) throws IOException {
        CRC32C crc = new CRC32C();
        for (long at = 0; at < end; at += buffer.position()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
            Reads.full(file, buffer, at);
            crc.update(buffer.duplicate().flip());
        }
        return (int) crc.getValue();
    }

    private byte[] bytesAt(long at, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        Reads.full(file, bytes, at);
        return bytes.array();
    }

    /**
     * Forgets the checkpoint. Need not be durable: applied once more it changes nothing, since no other one was
     * begun.
     */
    void clear() throws IOException {
        Writes.zeros(file, 0, FileHead.BYTES);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
