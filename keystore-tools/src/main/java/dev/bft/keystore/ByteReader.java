package dev.bft.keystore;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A reader of bytes from outside; each read checks first, and nothing is allocated ahead of the check. */
public final class ByteReader {

    private final byte[] bytes;
    private int at;

    /** A reader of all these bytes. */
    public ByteReader(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The next byte, 0..255. */
    public int u8() throws BadBytesException {
        need(1);
        return bytes[at++] & 0xff;
    }

    /** The next byte, which must be 0 or 1. */
    public boolean flag() throws BadBytesException {
        int value = u8();
        if (value > 1) {
            throw new BadBytesException("a flag is neither 0 nor 1");
        }
        return value == 1;
    }

    /** The next 4 bytes, big-endian. */
    public int i32() throws BadBytesException {
        need(Integer.BYTES);
        int value = ByteBuffer.wrap(bytes, at, Integer.BYTES).getInt();
        at += Integer.BYTES;
        return value;
    }

    /** The next 8 bytes, big-endian. */
    public long i64() throws BadBytesException {
        need(Long.BYTES);
        long value = ByteBuffer.wrap(bytes, at, Long.BYTES).getLong();
        at += Long.BYTES;
        return value;
    }

    /** The next 8 bytes as a number that may not be negative. */
    public long number() throws BadBytesException {
        long value = i64();
        if (value < 0) {
            throw new BadBytesException("a number is negative");
        }
        return value;
    }

    /** The next 4 bytes as a count of at most {@code max}. */
    public int count(int max) throws BadBytesException {
        int value = i32();
        if (value < 0 || value > max) {
            throw new BadBytesException("a count is above " + max);
        }
        return value;
    }

    /** Exactly this many bytes. */
    public byte[] fixed(int length) throws BadBytesException {
        need(length);
        byte[] copy = Arrays.copyOfRange(bytes, at, at + length);
        at += length;
        return copy;
    }

    /** A 4-byte length of at most {@code max}, then that many bytes. */
    public byte[] bytes(int max) throws BadBytesException {
        return fixed(count(max));
    }

    /** A 4-byte length of at most {@code max}, then that many bytes of well-formed UTF-8. */
    public String text(int max) throws BadBytesException {
        byte[] utf8 = bytes(max);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new BadBytesException("a text is not UTF-8");
        }
    }

    /** Checks that nothing is left. */
    public void end() throws BadBytesException {
        if (at != bytes.length) {
            throw new BadBytesException((bytes.length - at) + " bytes are left over");
        }
    }

    private void need(int length) throws BadBytesException {
        if (length > bytes.length - at) {
            throw new BadBytesException("it ends too early");
        }
    }
}
