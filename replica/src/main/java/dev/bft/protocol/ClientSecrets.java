package dev.bft.protocol;

/** What a client does with its private key and the replicas' public keys; done by the shell. Never fails, never blocks. */
public interface ClientSecrets {
    /** The credential that the cluster's root signed for this client. */
    byte[] credential();

    /** The client's signature. */
    byte[] sign(byte[] payload);

    /** Seals a secret so that only the coprocessor of {@code replica} opens it, in this context. */
    byte[] seal(int replica, byte[] context, byte[] secret, byte[] entropy);
}
