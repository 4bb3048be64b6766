package dev.bft.watchdog.audit;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The SHA-256 of a record's bytes.
 *
 * @param hex 64 lower-case hex digits
 */
public record AuditHash(String hex) {

    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    /** What the first record names as its previous one. */
    public static final AuditHash NONE = new AuditHash("0".repeat(64));

    static final int BYTES = 32;

    /** Checks the digits. */
    public AuditHash {
        if (!HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException("a hash has 64 lower-case hex digits");
        }
    }

    /** The hash of these bytes. */
    static AuditHash of(byte[] bytes) {
        try {
            return read(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256", e);
        }
    }

    static AuditHash read(byte[] bytes) {
        return new AuditHash(HexFormat.of().formatHex(bytes));
    }

    byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }
}
