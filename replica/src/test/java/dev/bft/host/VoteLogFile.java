package dev.bft.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A vote log in memory, written and read by production code, for the simulator: it tears the end and looks what a
 * boot finds.
 */
public final class VoteLogFile {
    private static final int PREALLOCATED_ZEROS = 256;

    private final MemoryChannel file = new MemoryChannel();
    private final Segment segment;
    private int synced;
    private int end;

    /**
     * What a boot finds.
     *
     * @param fault why the log is not whole; empty if it is, but for a torn tail
     * @param tick the tick in its head
     * @param records its records
     */
    public record Found(Optional<String> fault, long tick, List<byte[]> records) {}

    /** A segment that begins with these records. */
    public VoteLogFile(byte[] cluster, int replica, long tick, List<byte[]> records) {
        try {
            SegmentHead head = new SegmentHead(new Owner(cluster, replica), tick, 1, false, 0);
            segment = Segment.create(file, Segment.buffer(), head, records);
            end = Segment.PREFIX + size(List.of(head.toBytes())) + size(records);
            synced = end;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Appends a group of records; a group of none changes nothing. */
    public void append(List<byte[]> records) {
        try {
            segment.append(records);
            synced = end;
            end += size(records);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int size(List<byte[]> records) {
        int size = 0;
        for (List<byte[]> group : Segment.groups(records)) {
            size += Block.HEADER + Block.payloadSize(group);
        }
        return size;
    }

    /** The bytes that the last group took. */
    public int lastGroup() {
        return end - synced;
    }

    /** Of the last group only the first bytes are there; then come zeros, as the file was filled ahead. */
    public void tear(int kept) {
        Arrays.fill(file.bytes(), synced + kept, file.bytes().length, (byte) 0);
    }

    /** These bytes of the last group never arrived, what comes after them did. */
    public void lose(int from, int to) {
        Arrays.fill(file.bytes(), synced + from, synced + to, (byte) 0);
    }

    /** The bytes before the payload of a group: all that is random in a segment stands there and in its chain. */
    public static int header() {
        return Block.HEADER;
    }

    /** Reads it as a boot does. */
    public Found read() {
        try {
            int length = Math.min(file.bytes().length, end + PREALLOCATED_ZEROS);
            SegmentReader.Contents contents = SegmentReader.read(ByteBuffer.wrap(file.bytes(), 0, length));
            long tick = contents.head().map(SegmentHead::tick).orElse(-1L);
            return new Found(contents.fault(), tick, contents.records());
        } catch (ForeignFileException e) {
            throw new IllegalStateException("a log that was just written is foreign", e);
        }
    }
}
