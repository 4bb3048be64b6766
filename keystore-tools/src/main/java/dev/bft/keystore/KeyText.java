package dev.bft.keystore;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/** The bytes and the text of a key: an algorithm's number before the raw key, an algorithm's name before BASE64. */
final class KeyText {

    static final byte ED25519 = 1;
    static final byte X25519 = 1;

    private static final int FINGERPRINT_BYTES = 16;
    private static final int TEXT_MAX = 256;

    private KeyText() {}

    static byte[] encode(byte algorithm, byte[] raw) {
        byte[] encoded = new byte[1 + raw.length];
        encoded[0] = algorithm;
        System.arraycopy(raw, 0, encoded, 1, raw.length);
        return encoded;
    }

    /** The raw key; empty unless the algorithm and the length are as expected. */
    static Optional<byte[]> decode(byte algorithm, int rawLength, byte[] encoded) {
        if (encoded.length != 1 + rawLength || encoded[0] != algorithm) {
            return Optional.empty();
        }
        return Optional.of(Arrays.copyOfRange(encoded, 1, encoded.length));
    }

    static String format(String name, byte[] raw) {
        return name + ":" + Base64.getEncoder().encodeToString(raw);
    }

    /** The raw key; empty unless the text is exactly what {@link #format} gives. */
    static Optional<byte[]> parse(String name, int rawLength, String text) {
        if (text.length() > TEXT_MAX || !text.startsWith(name + ":")) {
            return Optional.empty();
        }
        byte[] raw;
        try {
            raw = Base64.getDecoder().decode(text.substring(name.length() + 1).getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        return raw.length == rawLength && format(name, raw).equals(text) ? Optional.of(raw) : Optional.empty();
    }

    static String fingerprint(byte[] encoded) {
        return HexFormat.of().formatHex(sha256(encoded), 0, FINGERPRINT_BYTES);
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
