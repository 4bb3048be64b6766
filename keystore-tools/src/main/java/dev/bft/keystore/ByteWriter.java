package dev.bft.keystore;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A writer of what {@link ByteReader} reads. */
public final class ByteWriter {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** Appends one byte. */
    public ByteWriter u8(int value) {
        out.write(value);
        return this;
    }

    /** Appends a byte, 0 or 1. */
    public ByteWriter flag(boolean value) {
        return u8(value ? 1 : 0);
    }

    /** Appends 4 bytes, big-endian. */
    public ByteWriter i32(int value) {
        return fixed(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
    }

    /** Appends 8 bytes, big-endian. */
    public ByteWriter i64(long value) {
        return fixed(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    }

    /** Appends bytes without their length. */
    public ByteWriter fixed(byte[] bytes) {
        out.write(bytes, 0, bytes.length);
        return this;
    }

    /** Appends a 4-byte length and the bytes. */
    public ByteWriter bytes(byte[] bytes) {
        return i32(bytes.length).fixed(bytes);
    }

    /** Appends a 4-byte length and the text in UTF-8. */
    public ByteWriter text(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** All that was appended. */
    public byte[] toBytes() {
        return out.toByteArray();
    }
}
