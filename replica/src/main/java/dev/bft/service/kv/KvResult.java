package dev.bft.service.kv;

import java.util.Arrays;
import java.util.Optional;

/** A result of the key-value service, and its bytes. */
public sealed interface KvResult {
    /** Done. */
    record Done() implements KvResult {}

    /** The value. */
    record Value(byte[] value) implements KvResult {}

    /** There is no such key. */
    record Absent() implements KvResult {}

    /** The present value is another than expected: nothing was changed. */
    record Mismatch() implements KvResult {}

    /** No room: nothing was changed. */
    record Full() implements KvResult {}

    /** Keys in order; {@code more} if the limit cut the list. */
    record Keys(java.util.List<byte[]> keys, boolean more) implements KvResult {}

    /** The operation's bytes are none: nothing was changed. */
    record Malformed() implements KvResult {}

    /** The result's bytes. */
    default byte[] toBytes() {
        if (this instanceof Done) {
            return Bytes.write(1);
        } else if (this instanceof Value value) {
            return Bytes.write(2, value.value);
        } else if (this instanceof Absent) {
            return Bytes.write(3);
        } else if (this instanceof Mismatch) {
            return Bytes.write(4);
        } else if (this instanceof Full) {
            return Bytes.write(5);
        } else if (this instanceof Keys keys) {
            return Bytes.write(keys.more ? 7 : 6, keys.keys.toArray(new byte[0][]));
        }
        return Bytes.write(8);
    }

    /** Parses a result; empty if the bytes are none. */
    static Optional<KvResult> read(byte[] bytes) {
        Optional<byte[][]> fields = Bytes.read(bytes);
        if (fields.isEmpty() || bytes.length == 0) {
            return Optional.empty();
        }
        byte[][] f = fields.get();
        KvResult result =
                switch (bytes[0]) {
                    case 1 -> new Done();
                    case 2 -> new Value(f.length == 1 ? f[0] : new byte[0]);
                    case 3 -> new Absent();
                    case 4 -> new Mismatch();
                    case 5 -> new Full();
                    case 6, 7 -> new Keys(java.util.List.of(f), bytes[0] == 7);
                    default -> new Malformed();
                };
        return Arrays.equals(result.toBytes(), bytes) ? Optional.of(result) : Optional.empty();
    }
}
