package dev.bft.keystore;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A client's name, number and public key, signed by the root: whoever knows the root's key can check it, so a new
 * client needs no change at the replicas.
 *
 * @param clientId at least {@link #CLIENT_ID_MIN}
 * @param name letters, digits, dot, dash and underscore; at most {@link #NAME_MAX}
 * @param key verifies what the client signs
 * @param notAfterEpochSeconds when it expires; judged by whoever knows the time, not by {@link #verify}
 * @param rootSignature of all the rest
 */
public record Credential(int clientId, String name, VerifyKey key, long notAfterEpochSeconds, byte[] rootSignature) {

    /** The smallest client id; smaller numbers are replicas. */
    public static final int CLIENT_ID_MIN = 1000;

    /** The longest name. */
    public static final int NAME_MAX = 64;

    /** The longest encoded credential. */
    public static final int ENCODED_BYTES_MAX = 512;

    private static final byte[] TAG = "bft/credential/1".getBytes(StandardCharsets.US_ASCII);
    private static final int SIGNATURE_BYTES_MAX = 128;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0," + (NAME_MAX - 1) + "}");

    /** Checks the number, the name and the time. */
    public Credential {
        if (clientId < CLIENT_ID_MIN || !isName(name) || notAfterEpochSeconds < 0) {
            throw new IllegalArgumentException("client " + clientId + " cannot have this name or time of expiry");
        }
        rootSignature = rootSignature.clone();
    }

    /** Whether a client may have this name, which is also a file's name. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** A credential that nobody has signed yet. */
    public static Credential unsigned(int clientId, String name, VerifyKey key, long notAfterEpochSeconds) {
        return new Credential(clientId, name, key, notAfterEpochSeconds, new byte[0]);
    }

    /** This credential with the root's signature. */
    public Credential issue(SigningKey root) {
        return new Credential(clientId, name, key, notAfterEpochSeconds, root.sign(signed()));
    }

    /** The credential in these bytes; empty if they are none. Its signature is not checked. */
    public static Optional<Credential> decode(byte[] encoded) {
        if (encoded.length > ENCODED_BYTES_MAX) {
            return Optional.empty();
        }
        ByteReader in = new ByteReader(encoded);
        try {
            if (!Arrays.equals(in.fixed(TAG.length), TAG)) {
                return Optional.empty();
            }
            int clientId = in.i32();
            String name = in.text(NAME_MAX);
            Optional<VerifyKey> key = VerifyKey.decode(in.bytes(VerifyKey.ENCODED_BYTES));
            long notAfter = in.number();
            byte[] signature = in.bytes(SIGNATURE_BYTES_MAX);
            in.end();
            if (clientId < CLIENT_ID_MIN || !isName(name)) {
                return Optional.empty();
            }
            return key.map(k -> new Credential(clientId, name, k, notAfter, signature));
        } catch (BadBytesException e) {
            return Optional.empty();
        }
    }

    /** The canonical bytes. */
    public byte[] encoded() {
        return new ByteWriter().fixed(signed()).bytes(rootSignature).toBytes();
    }

    /** Whether the root signed it. */
    public boolean verify(VerifyKey root) {
        return root.verify(signed(), rootSignature);
    }

    /** Whether it is no longer to be used at this time. */
    public boolean isExpired(long epochSeconds) {
        return epochSeconds > notAfterEpochSeconds;
    }

    @Override
    public byte[] rootSignature() {
        return rootSignature.clone();
    }

    private byte[] signed() {
        return new ByteWriter()
                .fixed(TAG)
                .i32(clientId)
                .text(name)
                .bytes(key.encoded())
                .i64(notAfterEpochSeconds)
                .toBytes();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Credential c
                && clientId == c.clientId
                && notAfterEpochSeconds == c.notAfterEpochSeconds
                && name.equals(c.name)
                && key.equals(c.key)
                && Arrays.equals(rootSignature, c.rootSignature);
    }

    @Override
    public int hashCode() {
        return Objects.hash(clientId, name, key, notAfterEpochSeconds, Arrays.hashCode(rootSignature));
    }

    @Override
    public String toString() {
        return "credential of client " + clientId + " (" + name + ")";
    }
}
