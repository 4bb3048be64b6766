package dev.bft.service.kv;

import java.nio.ByteBuffer;
import java.util.Optional;

/** An operation of the key-value service, and its bytes. */
public sealed interface KvOperation {
    /** The longest key in bytes; the shortest has one. */
    int KEY_MAX = 1024;

    /** The longest value in bytes. */
    int VALUE_MAX = 1 << 20;

    /** The most keys in one answer to a list. */
    int LIST_MAX = 1000;

    /** The value of a key. */
    record Get(byte[] key) implements KvOperation {}

    /** Sets a key's value. */
    record Put(byte[] key, byte[] value) implements KvOperation {}

    /** Sets a key's value if its present one is {@code expected}. */
    record Cas(byte[] key, byte[] expected, byte[] value) implements KvOperation {}

    /** Removes a key. */
    record Delete(byte[] key) implements KvOperation {}

    /** The keys that begin with {@code prefix} and come after {@code after}, at most {@code limit}. */
    record List(byte[] prefix, byte[] after, int limit) implements KvOperation {}

    /** Whether it only reads. */
    default boolean reads() {
        return this instanceof Get || this instanceof List;
    }

    /** The operation's bytes. */
    default byte[] toBytes() {
        if (this instanceof Get get) {
            return Bytes.write(1, get.key);
        } else if (this instanceof Put put) {
            return Bytes.write(2, put.key, put.value);
        } else if (this instanceof Cas cas) {
            return Bytes.write(3, cas.key, cas.expected, cas.value);
        } else if (this instanceof Delete delete) {
            return Bytes.write(4, delete.key);
        }
        List list = (List) this;
        return Bytes.write(5, list.prefix, list.after, Bytes.ofInt(list.limit));
    }

    /** Parses an operation; empty if the bytes are none. */
    static Optional<KvOperation> read(byte[] bytes) {
        Optional<byte[][]> fields = Bytes.read(bytes);
        if (fields.isEmpty() || bytes.length == 0) {
            return Optional.empty();
        }
        byte[][] f = fields.get();
        return switch (bytes[0]) {
            case 1 -> is(f, 1) && isKey(f[0]) ? Optional.of(new Get(f[0])) : Optional.empty();
            case 2 -> is(f, 2) && isKey(f[0]) && isValue(f[1]) ? Optional.of(new Put(f[0], f[1])) : Optional.empty();
            case 3 ->
                is(f, 3) && isKey(f[0]) && isValue(f[1]) && isValue(f[2])
                        ? Optional.of(new Cas(f[0], f[1], f[2]))
                        : Optional.empty();
            case 4 -> is(f, 1) && isKey(f[0]) ? Optional.of(new Delete(f[0])) : Optional.empty();
            case 5 -> list(f);
            default -> Optional.empty();
        };
    }

    private static Optional<KvOperation> list(byte[][] f) {
        if (!is(f, 3) || f[0].length > KEY_MAX || f[1].length > KEY_MAX || f[2].length != 4) {
            return Optional.empty();
        }
        int limit = ByteBuffer.wrap(f[2]).getInt();
        return limit < 1 || limit > LIST_MAX ? Optional.empty() : Optional.of(new List(f[0], f[1], limit));
    }

    private static boolean is(byte[][] fields, int count) {
        return fields.length == count;
    }

    private static boolean isKey(byte[] bytes) {
        return bytes.length >= 1 && bytes.length <= KEY_MAX;
    }

    private static boolean isValue(byte[] bytes) {
        return bytes.length <= VALUE_MAX;
    }
}
