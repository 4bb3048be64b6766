package dev.bft.keystore;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * That a client is served no more, signed by the root. It is of one cluster, and of no use once the client's credential
 * has expired anyway.
 *
 * @param clusterId 32 hex digits
 * @param clientId the client; all credentials of this number are revoked
 * @param notAfterEpochSeconds when the last of them expires: afterwards the replicas may forget that it was revoked
 * @param rootSignature of all the rest
 */
public record Revocation(String clusterId, int clientId, long notAfterEpochSeconds, byte[] rootSignature) {

    private static final byte[] TAG = "bft/revocation/1".getBytes(StandardCharsets.US_ASCII);
    private static final int SIGNATURE_BYTES_MAX = 128;
    private static final int CLUSTER_ID_CHARS = 32;

    /** Checks the numbers. */
    public Revocation {
        if (KeyedLines.clusterId(clusterId).isEmpty()
                || clientId < Credential.CLIENT_ID_MIN
                || notAfterEpochSeconds < 0) {
            throw new IllegalArgumentException("client " + clientId + " cannot be revoked so");
        }
        rootSignature = rootSignature.clone();
    }

    /** A revocation with the root's signature. */
    public static Revocation issue(String clusterId, int clientId, long notAfterEpochSeconds, SigningKey root) {
        Revocation unsigned = new Revocation(clusterId, clientId, notAfterEpochSeconds, new byte[0]);
        return new Revocation(clusterId, clientId, notAfterEpochSeconds, root.sign(unsigned.signed()));
    }

    /** The revocation in these bytes; empty if they are none. Its signature is not checked. */
    public static Optional<Revocation> decode(byte[] encoded) {
        ByteReader in = new ByteReader(encoded);
        try {
            if (!Arrays.equals(in.fixed(TAG.length), TAG)) {
                return Optional.empty();
            }
            String clusterId = in.text(CLUSTER_ID_CHARS);
            int clientId = in.i32();
            long notAfter = in.number();
            byte[] signature = in.bytes(SIGNATURE_BYTES_MAX);
            in.end();
            return KeyedLines.clusterId(clusterId)
                    .filter(id -> clientId >= Credential.CLIENT_ID_MIN)
                    .map(id -> new Revocation(id, clientId, notAfter, signature));
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

    @Override
    public byte[] rootSignature() {
        return rootSignature.clone();
    }

    private byte[] signed() {
        return new ByteWriter()
                .fixed(TAG)
                .text(clusterId)
                .i32(clientId)
                .i64(notAfterEpochSeconds)
                .toBytes();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Revocation r
                && clientId == r.clientId
                && notAfterEpochSeconds == r.notAfterEpochSeconds
                && clusterId.equals(r.clusterId)
                && Arrays.equals(rootSignature, r.rootSignature);
    }

    @Override
    public int hashCode() {
        return Objects.hash(clusterId, clientId, notAfterEpochSeconds, Arrays.hashCode(rootSignature));
    }

    @Override
    public String toString() {
        return "revocation of client " + clientId;
    }
}
