package dev.bft.keystore;

import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.hpke.HPKEContextWithEncapsulation;
import org.bouncycastle.crypto.params.X25519PublicKeyParameters;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * A public key that seals secrets, so that only the holder of the {@link OpeningKey} opens them: HPKE base mode
 * with X25519, HKDF-SHA256 and AES-128-GCM (RFC 9180).
 *
 * <p>Sealed bytes are the algorithm's number, the encapsulated key and the ciphertext.
 */
public final class SealingKey {

    /** The bytes of an encoded key: the algorithm's number and the key. */
    public static final int ENCODED_BYTES = 1 + X25519.POINT_SIZE;

    /** How many bytes sealing adds to a secret. */
    public static final int OVERHEAD_BYTES = 1 + X25519.POINT_SIZE + 16;

    /** The longest secret that is sealed. */
    public static final int SECRET_BYTES_MAX = 128;

    /** How many bytes of entropy sealing takes. */
    public static final int ENTROPY_BYTES = 32;

    static final String TEXT_NAME = "x25519";

    private static final byte[] NO_DATA = {};

    private final byte[] raw;

    private SealingKey(byte[] raw) {
        this.raw = raw;
    }

    /** The key in these encoded bytes; empty unless they are a key whose shared secrets are not zero. */
    public static Optional<SealingKey> decode(byte[] encoded) {
        return KeyText.decode(KeyText.X25519, X25519.POINT_SIZE, encoded).flatMap(SealingKey::checked);
    }

    /** The key in the text {@code x25519:BASE64}; empty if it is none. */
    public static Optional<SealingKey> parse(String text) {
        return KeyText.parse(TEXT_NAME, X25519.POINT_SIZE, text).flatMap(SealingKey::checked);
    }

    /** For the public half of a private key held here. */
    static SealingKey trusted(byte[] raw) {
        return new SealingKey(raw.clone());
    }

    static HPKE scheme() {
        return new HPKE(HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM128);
    }

    private static Optional<SealingKey> checked(byte[] raw) {
        return agrees(raw) ? Optional.of(new SealingKey(raw)) : Optional.empty();
    }

    /** Points of low order give zero with every private key, since every private key is a multiple of 8. */
    static boolean agrees(byte[] point) {
        byte[] scalar = new byte[X25519.SCALAR_SIZE];
        scalar[0] = 8;
        return X25519.calculateAgreement(scalar, 0, point, 0, new byte[X25519.POINT_SIZE], 0);
    }

    /**
     * Seals a secret in a context. The same arguments give the same bytes, so entropy is used once.
     *
     * @param context what the opener must know too: who sealed it, for whom, for what
     * @param secret at most {@link #SECRET_BYTES_MAX} bytes
     * @param entropy {@link #ENTROPY_BYTES} secret random bytes, from which the ephemeral key is derived
     */
    public byte[] seal(byte[] context, byte[] secret, byte[] entropy) {
        if (secret.length > SECRET_BYTES_MAX || entropy.length != ENTROPY_BYTES) {
            throw new IllegalArgumentException("sealing takes at most " + SECRET_BYTES_MAX + " bytes and exactly "
                    + ENTROPY_BYTES + " of entropy");
        }
        HPKE hpke = scheme();
        HPKEContextWithEncapsulation sender =
                hpke.setupBaseS(new X25519PublicKeyParameters(raw), context, hpke.deriveKeyPair(entropy));
        byte[] encapsulated = sender.getEncapsulation();
        byte[] ciphertext;
        try {
            ciphertext = sender.seal(NO_DATA, secret);
        } catch (InvalidCipherTextException e) {
            throw new IllegalStateException("encryption does not fail", e);
        }
        byte[] sealed = new byte[1 + encapsulated.length + ciphertext.length];
        sealed[0] = KeyText.X25519;
        System.arraycopy(encapsulated, 0, sealed, 1, encapsulated.length);
        System.arraycopy(ciphertext, 0, sealed, 1 + encapsulated.length, ciphertext.length);
        return sealed;
    }

    /** The encoded key: algorithm 1, then 32 bytes. */
    public byte[] encoded() {
        return KeyText.encode(KeyText.X25519, raw);
    }

    /** The text for a file: {@code x25519:BASE64}. */
    public String text() {
        return KeyText.format(TEXT_NAME, raw);
    }

    /** The first half of the SHA-256 digest of the encoded key, in hex: what people compare. */
    public String fingerprint() {
        return KeyText.fingerprint(encoded());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SealingKey key && Arrays.equals(raw, key.raw);
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
