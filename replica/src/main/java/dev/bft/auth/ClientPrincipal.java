package dev.bft.auth;

/**
 * A client whose credential the cluster's root signed.
 *
 * @param id the client id, at least the number of replicas
 * @param verifyKey the encoded public key that verifies its signatures, at most 64 bytes
 * @param notAfter the last second since the epoch in which the credential is good
 */
public record ClientPrincipal(int id, byte[] verifyKey, long notAfter) {
    private static final long MICROS = 1_000_000;

    /** Whether the credential is no longer good at this time, in microseconds since the epoch. */
    public boolean isExpired(long micros) {
        return micros / MICROS > notAfter;
    }
}
