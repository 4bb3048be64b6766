package dev.bft.auth;

/**
 * A client whose credential the cluster's root signed.
 *
 * @param id the client id, at least the number of replicas
 * @param verifyKey the encoded public key that verifies its signatures, at most 64 bytes
 */
public record ClientPrincipal(int id, byte[] verifyKey) {}
