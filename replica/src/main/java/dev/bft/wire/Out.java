package dev.bft.wire;

import java.util.Arrays;

/** A growing array of bytes, written big-endian; the counterpart of {@link In}. */
public final class Out {
    private byte[] bytes;
    private int at;

    /** An empty writer with room for so many bytes. */
    public Out(int room) {
        bytes = new byte[room];
    }

    /** Writes one byte. */
    public Out u8(int value) {
        room(1);
        bytes[at++] = (byte) value;
        return this;
    }

    /** Writes a byte 0 or 1. */
    public Out flag(boolean value) {
        return u8(value ? 1 : 0);
    }

    /** Writes 4 bytes. */
    public Out i32(int value) {
        room(4);
        for (int shift = 24; shift >= 0; shift -= 8) {
            bytes[at++] = (byte) (value >>> shift);
        }
        return this;
    }

    /** Writes 8 bytes. */
    public Out i64(long value) {
        return i32((int) (value >>> 32)).i32((int) value);
    }

    /** Writes the bytes alone, without a length. */
    public Out fixed(byte[] value) {
        return range(value, 0, value.length);
    }

    /** Writes a part of an array, without a length. */
    public Out range(byte[] value, int from, int length) {
        room(length);
        System.arraycopy(value, from, bytes, at, length);
        at += length;
        return this;
    }

    /** Writes a 4-byte length and the bytes. */
    public Out bytes(byte[] value) {
        return i32(value.length).fixed(value);
    }

    /** Writes a digest. */
    public Out digest(Digest value) {
        room(Digest.BYTES);
        value.write(bytes, at);
        at += Digest.BYTES;
        return this;
    }

    /** The number of bytes written. */
    public int size() {
        return at;
    }

    /** Overwrites 4 bytes written before. */
    public void patch(int position, int value) {
        for (int i = 0; i < 4; i++) {
            bytes[position + i] = (byte) (value >>> (24 - 8 * i));
        }
    }

    /** What was written. */
    public byte[] toBytes() {
        return at == bytes.length ? bytes : Arrays.copyOf(bytes, at);
    }

    private void room(int more) {
        if (more > bytes.length - at) {
            bytes = Arrays.copyOf(bytes, Math.max(at + more, bytes.length + (bytes.length >> 1) + 16));
        }
    }
}
