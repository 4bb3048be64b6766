package dev.bft.sim;

import dev.bft.auth.PublicKeys;
import java.util.Optional;

/** All key pairs of a simulated cluster: the public halves for everybody, the private ones for their owners. */
interface Keys extends PublicKeys {
    /** The credential of a client. */
    byte[] credentialOf(int client);

    /** The root's revocation of a client, in this cluster or another. */
    byte[] revocationOf(byte[] cluster, int client);

    /** What a client's private key makes of a payload. */
    byte[] clientSigns(int client, byte[] payload);

    /** What the coprocessor of a replica makes of a statement. */
    byte[] coprocessorSigns(int replica, Statement statement);

    /** What the coprocessor of a replica finds in a sealed secret. */
    Optional<byte[]> coprocessorOpens(int replica, byte[] context, byte[] sealed);
}
