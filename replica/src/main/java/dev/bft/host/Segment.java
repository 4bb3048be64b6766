package dev.bft.host;

import dev.bft.wire.Digest;
import dev.bft.wire.Out;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A segment of the vote log, open for appending.
 *
 * <p>The file is filled with zeros ahead of what is written, 256 KiB at first and then in steps of 1 MiB: a sync that
 * need not record a new length of the file takes about half the time. Every vote waits while a segment begins, so it
 * begins with no more than small requests need from one checkpoint to the next.
 */
final class Segment implements Closeable {
    /** The bytes before the first block: magic, version, CRC-32C of both. */
    static final int PREFIX = 16;

    /** The version of the format. */
    static final int VERSION = 1;

    /** What several records in one block may come to. */
    static final int GROUP_BYTES = 1 << 20;

    private static final int FIRST_GROWTH = 256 << 10;
    private static final int GROWTH = 1 << 20;
    private static final byte[] MAGIC = Digest.tag("bftvotes");

    private final FileChannel file;
    private final byte[] marker;
    private final ByteBuffer buffer;
    private byte[] chain;
    private long end;
    private long filled;

    /** A segment whose last block ends at {@code end} with this chain value; zeros follow. */
    Segment(FileChannel file, ByteBuffer buffer, byte[] marker, byte[] chain, long end) throws IOException {
        this.file = file;
        this.marker = marker.clone();
        this.chain = chain.clone();
        this.end = end;
        this.filled = file.size();
        this.buffer = buffer;
    }

    /** Room for any block; for one segment after the other, since to make it takes milliseconds. */
    static ByteBuffer buffer() {
        return ByteBuffer.allocateDirect(Block.HEADER + Block.PAYLOAD_MAX);
    }

    /** Writes a whole new segment to an empty file and syncs it. */
    static Segment create(FileChannel file, ByteBuffer buffer, SegmentHead head, List<byte[]> records)
            throws IOException {
        byte[] marker = new byte[Block.MARKER];
        new SecureRandom().nextBytes(marker);
        file.write(ByteBuffer.wrap(prefix(VERSION)), 0);
        Segment segment = new Segment(file, buffer, marker, chainOf(prefix(VERSION), marker), PREFIX);
        List<List<byte[]>> groups = groups(records);
        long base = PREFIX + Block.HEADER + Integer.BYTES + SegmentHead.BYTES;
        for (List<byte[]> group : groups) {
            base += Block.HEADER + Block.payloadSize(group);
        }
        SegmentHead based = new SegmentHead(head.owner(), head.tick(), head.boot(), head.fresh(), base);
        segment.write(List.of(based.toBytes()));
        for (List<byte[]> group : groups) {
            segment.write(group);
        }
        file.force(true);
        return segment;
    }

    /** The first bytes of a file of this version. */
    static byte[] prefix(int version) {
        byte[] start = new Out(PREFIX).fixed(MAGIC).i32(version).toBytes();
        CRC32C crc = new CRC32C();
        crc.update(start);
        return new Out(PREFIX).fixed(start).i32((int) crc.getValue()).toBytes();
    }

    /** The chain value before the first block. */
    static byte[] chainOf(byte[] prefix, byte[] marker) {
        return Block.after(prefix, List.of(marker)).chain();
    }

    /** The records in groups that each fit a block. */
    static List<List<byte[]>> groups(List<byte[]> records) {
        List<List<byte[]>> groups = new ArrayList<>();
        List<byte[]> group = new ArrayList<>();
        int size = 0;
        for (byte[] record : records) {
            int more = Integer.BYTES + record.length;
            if (!group.isEmpty() && size + more > GROUP_BYTES) {
                groups.add(group);
                group = new ArrayList<>();
                size = 0;
            }
            group.add(record);
            size += more;
        }
        if (!group.isEmpty()) {
            groups.add(group);
        }
        return groups;
    }

    /** Appends records and syncs: one block for each group, each on disk before the next begins. */
    void append(List<byte[]> records) throws IOException {
        for (List<byte[]> group : groups(records)) {
            write(group);
            file.force(false);
        }
    }

    private void write(List<byte[]> records) throws IOException {
        Block block = Block.after(chain, records);
        fillUpTo(end + block.size());
        buffer.clear();
        block.write(marker, buffer);
        buffer.flip();
        Writes.all(file, buffer, end);
        end += block.size();
        chain = block.chain();
    }

    private void fillUpTo(long needed) throws IOException {
        if (needed > filled) {
            int growth = needed <= FIRST_GROWTH ? FIRST_GROWTH : GROWTH;
            long target = (needed + growth - 1) / growth * growth;
            Writes.zeros(file, filled, target);
            filled = target;
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
