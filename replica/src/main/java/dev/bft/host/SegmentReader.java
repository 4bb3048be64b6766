package dev.bft.host;

import dev.bft.wire.MalformedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads a segment of the vote log, which may be damaged or hostile; what is read is bounded by the file and by
 * {@link #READ_MAX}.
 *
 * <p>Blocks are written one at a time, each synced before the next. So the first block that does not stand is the
 * torn tail of a crash if nothing after it stands, and a damaged log if something does.
 */
final class SegmentReader {
    /**
     * The longest segment that is read: one begins with the batches of a full log, 48 MiB, and ends when 32 MiB were added.
     * All of it is on the heap of a boot, so a longer one, which no replica writes, could end each boot.
     */
    static final long READ_MAX = 96L << 20;

    /** So many markers of blocks that do not stand are looked at: a crash leaves one, and each may cost 4 MiB to check. */
    private static final int TORN_MAX = 16;

    private final ByteBuffer bytes;
    private final List<byte[]> records = new ArrayList<>();
    private byte[] marker = new byte[0];
    private byte[] chain = new byte[0];
    private Optional<SegmentHead> head = Optional.empty();
    private int end;

    private SegmentReader(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /**
     * What a segment holds.
     *
     * @param head its head, if that stands
     * @param records the records after the head, in order, up to the first break
     * @param fault why it is not whole; empty if it is, but for a torn tail
     * @param marker for appending: its marker,
     * @param chain its last chain value,
     * @param end and where its last block ends
     */
    record Contents(
            Optional<SegmentHead> head,
            List<byte[]> records,
            Optional<String> fault,
            byte[] marker,
            byte[] chain,
            long end) {}

    /** Reads what the file holds. */
    static Contents read(FileChannel file) throws IOException, ForeignFileException {
        long size = file.size();
        if (size > READ_MAX) {
            return nothing("it is longer than " + READ_MAX + " bytes");
        }
        return read(file.map(FileChannel.MapMode.READ_ONLY, 0, size));
    }

    /** Reads what a file holds that consists of these bytes. */
    static Contents read(ByteBuffer bytes) throws ForeignFileException {
        SegmentReader reader = new SegmentReader(bytes);
        Optional<String> fault = reader.readAll();
        return new Contents(reader.head, reader.records, fault, reader.marker, reader.chain, reader.end);
    }

    /** A segment of which nothing can be read. */
    static Contents nothing(String fault) {
        return new Contents(Optional.empty(), List.of(), Optional.of(fault), new byte[0], new byte[0], 0);
    }

    private Optional<String> readAll() throws ForeignFileException {
        if (!prefixStands()) {
            return Optional.of("it does not begin as a vote log does");
        }
        try {
            Optional<String> fault = readHead();
            if (fault.isPresent()) {
                return fault;
            }
            while (Block.stands(bytes, end, marker)) {
                Block block = Block.read(bytes, end);
                if (!block.follows(chain)) {
                    return Optional.of("the chain breaks at byte " + end);
                }
                records.addAll(block.records());
                pass(block);
            }
        } catch (MalformedException e) {
            return Optional.of("byte " + end + ": " + e.getMessage());
        }
        return faultOfTail();
    }

    private boolean prefixStands() throws ForeignFileException {
        if (bytes.limit() < Segment.PREFIX + Block.MARKER) {
            return false;
        }
        byte[] prefix = new byte[Segment.PREFIX];
        bytes.get(0, prefix);
        int version = bytes.getInt(8);
        if (!Arrays.equals(prefix, Segment.prefix(version))) {
            return false;
        }
        if (version != Segment.VERSION) {
            throw new ForeignFileException(
                    "votes: written in version " + version + " of its format, this release knows " + Segment.VERSION
                            + "; start the release that wrote it, or restore the folder from a backup");
        }
        marker = new byte[Block.MARKER];
        bytes.get(Segment.PREFIX, marker);
        chain = Segment.chainOf(prefix, marker);
        end = Segment.PREFIX;
        return true;
    }

    private Optional<String> readHead() throws MalformedException {
        if (!Block.stands(bytes, end, marker)) {
            return Optional.of("its head is damaged");
        }
        Block block = Block.read(bytes, end);
        if (!block.follows(chain) || block.records().size() != 1) {
            return Optional.of("its head is none");
        }
        head = Optional.of(SegmentHead.read(block.records().get(0)));
        pass(block);
        return Optional.empty();
    }

    private void pass(Block block) {
        chain = block.chain();
        end += block.size();
    }

    private Optional<String> faultOfTail() {
        if (head.isPresent() && end < head.get().base()) {
            return Optional.of("it breaks at byte " + end + ", in what was on disk when it began");
        }
        int torn = 0;
        for (int at = end + 1; at <= bytes.limit() - Block.HEADER; at++) {
            if (bytes.get(at) != marker[0] || !Block.begins(bytes, at, marker)) {
                continue;
            }
            if (Block.stands(bytes, at, marker)) {
                return Optional.of("it breaks at byte " + end + " and goes on at byte " + at);
            }
            torn++;
            if (torn > TORN_MAX) {
                return Optional.of("it breaks at byte " + end + " and many blocks after it are broken");
            }
        }
        return Optional.empty();
    }
}
