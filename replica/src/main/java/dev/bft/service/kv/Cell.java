package dev.bft.service.kv;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * An entry of a node: the key, then in a leaf the length of the value and the value itself or the first page of
 * its chain, in an inner node the child that holds what is not below the key.
 */
record Cell(byte[] bytes, int keyLength) {
    /** A key and a value up to this long together stand in the leaf: three fit in any node. */
    private static final int INLINE = 1280;

    /** The longest cell of an inner node. */
    static final int INNER_MAX = KvOperation.KEY_MAX + 4;

    static boolean isInline(int keyLength, int valueLength) {
        return keyLength + valueLength <= INLINE;
    }

    /** The bytes of a leaf's cell. */
    static int leafLength(int keyLength, int valueLength) {
        return keyLength + 4 + (isInline(keyLength, valueLength) ? valueLength : 4);
    }

    static Cell inline(byte[] key, byte[] value) {
        byte[] bytes = Arrays.copyOf(key, key.length + 4 + value.length);
        ByteBuffer.wrap(bytes, key.length, 4 + value.length)
                .putInt(value.length)
                .put(value);
        return new Cell(bytes, key.length);
    }

    static Cell chained(byte[] key, int valueLength, int firstPage) {
        byte[] bytes = Arrays.copyOf(key, key.length + 8);
        ByteBuffer.wrap(bytes, key.length, 8).putInt(valueLength).putInt(firstPage);
        return new Cell(bytes, key.length);
    }

    static Cell inner(byte[] key, int child) {
        byte[] bytes = Arrays.copyOf(key, key.length + 4);
        ByteBuffer.wrap(bytes, key.length, 4).putInt(child);
        return new Cell(bytes, key.length);
    }

    byte[] key() {
        return Arrays.copyOf(bytes, keyLength);
    }

    /** The child, in an inner node. */
    int child() {
        return ByteBuffer.wrap(bytes, keyLength, 4).getInt();
    }

    int length() {
        return bytes.length;
    }

    /** The shortest key that is above this one's and not above the next one's. */
    byte[] separatorTo(Cell next) {
        int common = Arrays.mismatch(bytes, 0, keyLength, next.bytes, 0, next.keyLength);
        Invariant.check(common >= 0 && common < next.keyLength, "keys increase");
        return Arrays.copyOf(next.bytes, common + 1);
    }
}
