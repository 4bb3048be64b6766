package dev.bft.keystore;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What a coprocessor signs: a payload with its domain and the counter, so that no signature serves twice. */
public final class Statement {

    /** New session keys; the one domain a replica may ask for. */
    public static final byte NEW_KEY = 1;

    /** A recovery; only the monitor may ask for it. */
    public static final byte RECOVERY = 2;

    /** A boot; only the monitor may ask for it. */
    public static final byte BOOT = 3;

    /** The longest payload. */
    public static final int PAYLOAD_BYTES_MAX = 32 << 10;

    private static final byte[] TAG = "bft/1".getBytes(StandardCharsets.US_ASCII);

    private Statement() {}

    /** The exact signed bytes: "bft/1", the domain, the counter (8 bytes, big-endian), the payload. */
    public static byte[] bytes(byte domain, long counter, byte[] payload) {
        return ByteBuffer.allocate(TAG.length + 1 + Long.BYTES + payload.length)
                .put(TAG)
                .put(domain)
                .putLong(counter)
                .put(payload)
                .array();
    }
}
