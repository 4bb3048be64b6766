package dev.bft.auth;

import java.util.Optional;

/**
 * Public-key work, done by the host with a well-kept library or by the simulator with a keyed stand-in.
 *
 * <p>Pure: the same arguments give the same answer at every replica, because some answers decide what an
 * ordered operation does.
 */
public interface PublicKeys {
    /** Whether the coprocessor of {@code replica} signed this statement. */
    boolean replicaSigned(int replica, Statement statement, byte[] signature);

    /**
     * What a coprocessor signs.
     *
     * @param domain what kind of statement it is: signatures of one domain are worth nothing in another
     * @param counter the coprocessor's counter, never used twice
     * @param payload what is stated
     */
    record Statement(byte domain, long counter, byte[] payload) {}

    /** The client named by a credential that the root signed; empty if it did not. Expiry is not judged here. */
    Optional<ClientPrincipal> credential(byte[] credential);

    /** What a revocation says that the root signed; empty if it did not. Which cluster it is of is not judged here. */
    Optional<Revocation> revocation(byte[] revocation);

    /** Whether this client signed the payload. */
    boolean clientSigned(ClientPrincipal client, byte[] payload, byte[] signature);

    /** Seals a secret so that only the coprocessor of {@code replica} opens it, in this context. */
    byte[] seal(int replica, byte[] context, byte[] secret, byte[] entropy);
}
