package dev.bft.protocol;

import dev.bft.auth.ClientPrincipal;
import dev.bft.auth.PublicKeys;
import dev.bft.wire.Digest;
import java.util.Arrays;
import java.util.Optional;

/** Public-key work with keyed digests in place of signatures: quick, and enough where nobody forges. */
final class PlainKeys implements PublicKeys {
    private static byte[] mac(byte[] who, byte[] what) {
        return Digest.of(Digest.tag("plain"), who, what).toBytes();
    }

    static byte[] sign(int replica, Statement statement) {
        return mac(new byte[] {(byte) replica, statement.domain(), (byte) statement.counter()}, statement.payload());
    }

    static byte[] clientSign(byte[] key, byte[] payload) {
        return mac(key, payload);
    }

    @Override
    public boolean replicaSigned(int replica, Statement statement, byte[] signature) {
        return Arrays.equals(sign(replica, statement), signature);
    }

    @Override
    public Optional<ClientPrincipal> credential(byte[] credential) {
        return Optional.of(new ClientPrincipal(1000 + credential[0], credential));
    }

    /** How many signatures of clients were looked at. */
    int looks;

    @Override
    public boolean clientSigned(ClientPrincipal client, byte[] payload, byte[] signature) {
        looks++;
        return Arrays.equals(mac(client.verifyKey(), payload), signature);
    }

    @Override
    public byte[] seal(int replica, byte[] context, byte[] secret, byte[] entropy) {
        return secret.clone();
    }
}
