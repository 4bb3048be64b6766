package dev.bft.wire;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 digest: 32 bytes, compared by value. */
public record Digest(long a, long b, long c, long d) implements Comparable<Digest> {
    /** The number of bytes. */
    public static final int BYTES = 32;

    /** All bits zero: no digest at all, where a fixed-size field has nothing to say. */
    public static final Digest ZERO = new Digest(0, 0, 0, 0);

    /** Never fed. */
    private static final MessageDigest SHA_256 = find();

    /** The digest of the parts, one after the other. */
    public static Digest of(byte[]... parts) {
        MessageDigest sha = sha256();
        for (byte[] part : parts) {
            sha.update(part);
        }
        return read(sha.digest(), 0);
    }

    /** The digest of a part of an array. */
    public static Digest ofRange(byte[] bytes, int from, int length) {
        MessageDigest sha = sha256();
        sha.update(bytes, from, length);
        return read(sha.digest(), 0);
    }

    /** A fresh SHA-256 computation: a copy, since to look up the provider each time costs more than a short digest. */
    public static MessageDigest sha256() {
        try {
            return (MessageDigest) SHA_256.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the SHA-256 of this Java runtime cannot be copied", e);
        }
    }

    private static MessageDigest find() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256", e);
        }
    }

    /** The digest whose 32 bytes stand at {@code offset}. */
    public static Digest read(byte[] bytes, int offset) {
        return new Digest(
                longAt(bytes, offset),
                longAt(bytes, offset + 8),
                longAt(bytes, offset + 16),
                longAt(bytes, offset + 24));
    }

    /** Writes the 32 bytes at {@code offset}. */
    public void write(byte[] target, int offset) {
        putLong(target, offset, a);
        putLong(target, offset + 8, b);
        putLong(target, offset + 16, c);
        putLong(target, offset + 24, d);
    }

    /** The 32 bytes. */
    public byte[] toBytes() {
        byte[] bytes = new byte[BYTES];
        write(bytes, 0);
        return bytes;
    }

    /** All 64 hexadecimal digits. */
    public String hex() {
        return HexFormat.of().formatHex(toBytes());
    }

    /** The first 12 hexadecimal digits, for people. */
    public String shortHex() {
        return hex().substring(0, 12);
    }

    @Override
    public int compareTo(Digest other) {
        int order = Long.compareUnsigned(a, other.a);
        order = order != 0 ? order : Long.compareUnsigned(b, other.b);
        order = order != 0 ? order : Long.compareUnsigned(c, other.c);
        return order != 0 ? order : Long.compareUnsigned(d, other.d);
    }

    /** A domain tag as bytes, so that digests of different things never meet. */
    public static byte[] tag(String ascii) {
        return ascii.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return shortHex();
    }

    private static long longAt(byte[] bytes, int at) {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | (bytes[at + i] & 0xff);
        }
        return value;
    }

    private static void putLong(byte[] bytes, int at, long value) {
        for (int i = 0; i < 8; i++) {
            bytes[at + i] = (byte) (value >>> (56 - 8 * i));
        }
    }
}
