package dev.bft.auth;

import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A session key with its id: HMAC-SHA-256 truncated to 128 bits over a message's digest. */
public final class MacKey {
    /** The length of a key in bytes. */
    public static final int BYTES = 32;

    private final long id;
    private final Mac mac;

    /** A key; the bytes are not kept beyond the MAC's own copy. */
    public MacKey(long id, byte[] secret) {
        if (secret.length != BYTES) {
            throw new IllegalArgumentException("a session key has 32 bytes");
        }
        this.id = id;
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("this Java runtime has no HmacSHA256", e);
        }
    }

    /** The id: the counter of the NEW-KEY that established it. */
    public long id() {
        return id;
    }

    /** The tag of a digest, {@link Envelope#TAG} bytes. */
    public byte[] tag(Digest digest) {
        return Arrays.copyOf(mac.doFinal(digest.toBytes()), Envelope.TAG);
    }

    /** Whether the tag is right, in constant time. */
    public boolean verifies(Digest digest, byte[] tag) {
        return MessageDigest.isEqual(tag(digest), tag);
    }

    @Override
    public String toString() {
        return "key " + id;
    }
}
