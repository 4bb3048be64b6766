package dev.bft.host;

import dev.bft.wire.Digest;
import dev.bft.wire.In;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Out;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The unit of the vote log that is written and synced at once: one or more records.
 *
 * <pre>
 * marker (8)  length (4)  CRC-32C of length, chain and payload (4)  chain (16)  payload { length (4) record }*
 * </pre>
 *
 * <p>The chain is the SHA-256 of the chain before and the payload, cut to 16 bytes. The marker is random for each
 * segment: bytes that a client put into a record can never pass for a block.
 *
 * @param chain the chain up to this block
 * @param records its records
 */
record Block(byte[] chain, List<byte[]> records) {
    /** The bytes before the payload. */
    static final int HEADER = 32;

    /** The bytes of a marker. */
    static final int MARKER = 8;

    /** The bytes of a chain value. */
    static final int CHAIN = 16;

    /** The longest record: a batch and some framing. */
    static final int RECORD_MAX = 4 << 20;

    /** The longest payload: one record of any length, or several shorter ones. */
    static final int PAYLOAD_MAX = RECORD_MAX + Integer.BYTES;

    /** The block that follows this chain value. */
    static Block after(byte[] before, List<byte[]> records) {
        MessageDigest sha = Digest.sha256();
        sha.update(before);
        for (byte[] record : records) {
            sha.update(lengthOf(record));
            sha.update(record);
        }
        return new Block(Arrays.copyOf(sha.digest(), CHAIN), records);
    }

    private static byte[] lengthOf(byte[] record) {
        return new Out(4).i32(record.length).toBytes();
    }

    /** The bytes on disk. */
    int size() {
        return HEADER + payloadSize(records);
    }

    /** The bytes of a payload of these records. */
    static int payloadSize(List<byte[]> records) {
        int size = 0;
        for (byte[] record : records) {
            size += Integer.BYTES + record.length;
        }
        return size;
    }

    /** Appends the bytes on disk. */
    void write(byte[] marker, ByteBuffer target) {
        int length = payloadSize(records);
        CRC32C crc = new CRC32C();
        crc.update(new Out(4).i32(length).toBytes());
        crc.update(chain);
        int begin = target.position() + HEADER;
        target.position(begin);
        for (byte[] record : records) {
            target.putInt(record.length).put(record);
        }
        crc.update(target.duplicate().flip().position(begin));
        target.put(begin - HEADER, marker)
                .putInt(begin - HEADER + MARKER, length)
                .putInt(begin - HEADER + MARKER + 4, (int) crc.getValue())
                .put(begin - CHAIN, chain);
    }

    /** Whether the header of a block with this marker may stand at a position: there is room for it. */
    static boolean begins(ByteBuffer file, int at, byte[] marker) {
        if (file.limit() - at < HEADER) {
            return false;
        }
        byte[] found = new byte[MARKER];
        file.get(at, found);
        return Arrays.equals(found, marker);
    }

    /** Whether a whole block with this marker stands at a position: its length fits and its CRC holds. */
    static boolean stands(ByteBuffer file, int at, byte[] marker) {
        if (!begins(file, at, marker)) {
            return false;
        }
        int length = file.getInt(at + MARKER);
        if (length <= 0 || length > PAYLOAD_MAX || length > file.limit() - at - HEADER) {
            return false;
        }
        CRC32C crc = new CRC32C();
        crc.update(new Out(4).i32(length).toBytes());
        crc.update(file.duplicate().limit(at + HEADER + length).position(at + HEADER - CHAIN));
        return (int) crc.getValue() == file.getInt(at + MARKER + 4);
    }

    /** The block at a position where one stands. */
    static Block read(ByteBuffer file, int at) throws MalformedException {
        byte[] chain = new byte[CHAIN];
        file.get(at + HEADER - CHAIN, chain);
        byte[] payload = new byte[file.getInt(at + MARKER)];
        file.get(at + HEADER, payload);
        List<byte[]> records = new ArrayList<>();
        In in = new In(payload);
        while (in.remaining() > 0) {
            records.add(in.bytes(RECORD_MAX));
        }
        return new Block(chain, records);
    }

    /** Whether this block follows that chain value. */
    boolean follows(byte[] before) {
        return Arrays.equals(chain, after(before, records).chain);
    }
}
