package dev.bft.keystore;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.hpke.HPKEContext;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * A private key that opens what its {@link SealingKey} sealed. Its text form is for key files alone;
 * {@link #toString} names the public half.
 */
public final class OpeningKey {

    static final String TEXT_NAME = "x25519-secret";

    private static final byte[] NO_DATA = {};

    private final AsymmetricCipherKeyPair pair;
    private final byte[] scalar;
    private final SealingKey sealingKey;

    private OpeningKey(byte[] scalar) {
        X25519PrivateKeyParameters secret = new X25519PrivateKeyParameters(scalar);
        this.scalar = scalar;
        this.pair = new AsymmetricCipherKeyPair(secret.generatePublicKey(), secret);
        this.sealingKey = SealingKey.trusted(secret.generatePublicKey().getEncoded());
    }

    /** A new key. */
    public static OpeningKey generate(SecureRandom random) {
        byte[] scalar = new byte[X25519.SCALAR_SIZE];
        X25519.generatePrivateKey(random, scalar);
        return new OpeningKey(scalar);
    }

    /** The key in encoded bytes (algorithm 1, then 32 bytes); empty if they are none. */
    public static Optional<OpeningKey> decode(byte[] encoded) {
        return KeyText.decode(KeyText.X25519, X25519.SCALAR_SIZE, encoded).map(OpeningKey::new);
    }

    /** The key in the text of a key file; empty if it is none. */
    static Optional<OpeningKey> parse(String text) {
        return KeyText.parse(TEXT_NAME, X25519.SCALAR_SIZE, text).map(OpeningKey::new);
    }

    /** The secret; empty if these bytes were not sealed for this key in this context. */
    public Optional<byte[]> open(byte[] context, byte[] sealed) {
        if (sealed.length < SealingKey.OVERHEAD_BYTES
                || sealed.length > SealingKey.OVERHEAD_BYTES + SealingKey.SECRET_BYTES_MAX
                || sealed[0] != KeyText.X25519) {
            return Optional.empty();
        }
        byte[] encapsulated = Arrays.copyOfRange(sealed, 1, 1 + X25519.POINT_SIZE);
        if (!SealingKey.agrees(encapsulated)) {
            return Optional.empty();
        }
        HPKE hpke = SealingKey.scheme();
        HPKEContext receiver = hpke.setupBaseR(encapsulated, pair, context);
        try {
            return Optional.of(
                    receiver.open(NO_DATA, Arrays.copyOfRange(sealed, 1 + X25519.POINT_SIZE, sealed.length)));
        } catch (InvalidCipherTextException e) {
            return Optional.empty();
        }
    }

    /** The public half. */
    public SealingKey sealingKey() {
        return sealingKey;
    }

    /** The fingerprint of the public half. */
    public String fingerprint() {
        return sealingKey.fingerprint();
    }

    /** The secret text for a key file. */
    String secretText() {
        return KeyText.format(TEXT_NAME, scalar);
    }

    @Override
    public String toString() {
        return "opening key " + fingerprint();
    }
}
