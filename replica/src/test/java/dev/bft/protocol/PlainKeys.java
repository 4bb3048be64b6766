package dev.bft.protocol;

import dev.bft.auth.ClientPrincipal;
import dev.bft.auth.PublicKeys;
import dev.bft.auth.Revocation;
import dev.bft.wire.Cluster;
import dev.bft.wire.Digest;
import dev.bft.wire.Out;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** Public-key work with keyed digests in place of signatures: quick, and enough where nobody forges. */
final class PlainKeys implements PublicKeys {
    private static final byte[] ROOT = Digest.tag("root");
    private static final int REVOCATION = 60;

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
        return Optional.of(new ClientPrincipal(1000 + credential[0], credential, notAfter(credential)));
    }

    /** A credential of two bytes expires: the second says in which second. */
    private static long notAfter(byte[] credential) {
        return credential.length == 2 ? credential[1] : Long.MAX_VALUE;
    }

    /** What the root signs to revoke a client. */
    static byte[] revocation(byte[] cluster, int client, long notAfter) {
        byte[] said = new Out(28).fixed(cluster).i32(client).i64(notAfter).toBytes();
        return new Out(60).fixed(said).fixed(mac(ROOT, said)).toBytes();
    }

    @Override
    public Optional<Revocation> revocation(byte[] revocation) {
        if (revocation.length != REVOCATION) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(revocation);
        byte[] cluster = new byte[Cluster.ID_BYTES];
        in.get(cluster);
        int client = in.getInt();
        long notAfter = in.getLong();
        return Arrays.equals(revocation(cluster, client, notAfter), revocation)
                ? Optional.of(new Revocation(cluster, client, notAfter))
                : Optional.empty();
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
