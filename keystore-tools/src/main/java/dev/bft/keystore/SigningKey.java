package dev.bft.keystore;

import java.security.SecureRandom;
import java.util.Optional;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** A private key that signs (Ed25519). Its text form is for key files alone; {@link #toString} names the public half. */
public final class SigningKey {

    static final String TEXT_NAME = "ed25519-secret";

    private final byte[] seed;
    private final byte[] publicRaw;

    private SigningKey(byte[] seed) {
        this.seed = seed;
        this.publicRaw = new byte[Ed25519.PUBLIC_KEY_SIZE];
        Ed25519.generatePublicKey(seed, 0, publicRaw, 0);
    }

    /** A new key. */
    public static SigningKey generate(SecureRandom random) {
        byte[] seed = new byte[Ed25519.SECRET_KEY_SIZE];
        random.nextBytes(seed);
        return new SigningKey(seed);
    }

    /** The key in encoded bytes (algorithm 1, then 32 bytes); empty if they are none. */
    public static Optional<SigningKey> decode(byte[] encoded) {
        return KeyText.decode(KeyText.ED25519, Ed25519.SECRET_KEY_SIZE, encoded).map(SigningKey::new);
    }

    /** The key in the text of a key file; empty if it is none. */
    static Optional<SigningKey> parse(String text) {
        return KeyText.parse(TEXT_NAME, Ed25519.SECRET_KEY_SIZE, text).map(SigningKey::new);
    }

    /** The signature of a message: 64 bytes. */
    public byte[] sign(byte[] message) {
        byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
        Ed25519.sign(seed, 0, publicRaw, 0, message, 0, message.length, signature, 0);
        return signature;
    }

    /** The public half. */
    public VerifyKey verifyKey() {
        return VerifyKey.trusted(publicRaw);
    }

    /** The fingerprint of the public half. */
    public String fingerprint() {
        return verifyKey().fingerprint();
    }

    /** The secret text for a key file. */
    String secretText() {
        return KeyText.format(TEXT_NAME, seed);
    }

    @Override
    public String toString() {
        return "signing key " + fingerprint();
    }
}
