package dev.bft.service.kv;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A tag byte and fields, each a 4-byte length and bytes: the encoding of operations and results. */
final class Bytes {
    private static final int FIELDS_MAX = KvOperation.LIST_MAX;

    private Bytes() {}

    static byte[] write(int tag, byte[]... fields) {
        int size = 1;
        for (byte[] field : fields) {
            size += 4 + field.length;
        }
        ByteBuffer out = ByteBuffer.allocate(size).put((byte) tag);
        for (byte[] field : fields) {
            out.putInt(field.length).put(field);
        }
        return out.array();
    }

    /** The fields after the tag; empty if the bytes do not come out even. */
    static Optional<byte[][]> read(byte[] bytes) {
        List<byte[]> fields = new ArrayList<>();
        int at = 1;
        while (at < bytes.length) {
            if (bytes.length - at < 4 || fields.size() == FIELDS_MAX) {
                return Optional.empty();
            }
            int length = ByteBuffer.wrap(bytes, at, 4).getInt();
            at += 4;
            if (length < 0 || length > bytes.length - at) {
                return Optional.empty();
            }
            fields.add(Arrays.copyOfRange(bytes, at, at + length));
            at += length;
        }
        return Optional.of(fields.toArray(new byte[0][]));
    }

    static byte[] ofInt(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }
}
