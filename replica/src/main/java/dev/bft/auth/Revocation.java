package dev.bft.auth;

/**
 * That the root revoked the credentials of a client.
 *
 * @param cluster the 16 bytes that name the cluster in which it did
 * @param client the client
 * @param notAfter when the last of its credentials expires, in seconds since the epoch
 */
public record Revocation(byte[] cluster, int client, long notAfter) {}
