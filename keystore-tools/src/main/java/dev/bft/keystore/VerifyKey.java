package dev.bft.keystore;

import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** A public key that verifies signatures (Ed25519). */
public final class VerifyKey {

    /** The bytes of an encoded key: the algorithm's number and the key. */
    public static final int ENCODED_BYTES = 1 + Ed25519.PUBLIC_KEY_SIZE;

    /** The bytes of a signature. */
    public static final int SIGNATURE_BYTES = Ed25519.SIGNATURE_SIZE;

    static final String TEXT_NAME = "ed25519";

    private final byte[] raw;
    /** The same, taken apart: that takes as long as to verify a signature. */
    private final Ed25519.PublicPoint point;

    private VerifyKey(byte[] raw, Ed25519.PublicPoint point) {
        this.raw = raw;
        this.point = point;
    }

    /** The key in these encoded bytes; empty unless they are the canonical form of a key of full order. */
    public static Optional<VerifyKey> decode(byte[] encoded) {
        return KeyText.decode(KeyText.ED25519, Ed25519.PUBLIC_KEY_SIZE, encoded).flatMap(VerifyKey::checked);
    }

    /** The key in the text {@code ed25519:BASE64}; empty if it is none. */
    public static Optional<VerifyKey> parse(String text) {
        return KeyText.parse(TEXT_NAME, Ed25519.PUBLIC_KEY_SIZE, text).flatMap(VerifyKey::checked);
    }

    /** For the public half of a private key held here. */
    static VerifyKey trusted(byte[] raw) {
        return new VerifyKey(raw.clone(), Ed25519.validatePublicKeyPartialExport(raw, 0));
    }

    private static Optional<VerifyKey> checked(byte[] raw) {
        return Optional.ofNullable(Ed25519.validatePublicKeyFullExport(raw, 0)).map(point -> new VerifyKey(raw, point));
    }

    /** Whether the holder of the private key signed exactly this message. */
    public boolean verify(byte[] message, byte[] signature) {
        if (signature.length != SIGNATURE_BYTES) {
            return false;
        }
        return Ed25519.verify(signature, 0, point, message, 0, message.length);
    }

    /** The encoded key: algorithm 1, then 32 bytes. */
    public byte[] encoded() {
        return KeyText.encode(KeyText.ED25519, raw);
    }

    /** The text for a file: {@code ed25519:BASE64}. */
    public String text() {
        return KeyText.format(TEXT_NAME, raw);
    }

    /** The first half of the SHA-256 digest of the encoded key, in hex: what people compare. */
    public String fingerprint() {
        return KeyText.fingerprint(encoded());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VerifyKey key && Arrays.equals(raw, key.raw);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(raw);
    }

    @Override
    public String toString() {
        return text();
    }
}
