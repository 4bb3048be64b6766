package dev.bft.sim;

import dev.bft.auth.ClientPrincipal;
import dev.bft.auth.Revocation;
import dev.bft.wire.Cluster;
import dev.bft.wire.Digest;
import dev.bft.wire.Out;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Keys that stand in for real ones: one secret of the simulator, from which every "signature" is a digest that
 * nobody inside a run can make but through its own coprocessor or credential.
 */
final class StandInKeys implements Keys {
    private static final byte[] SECRET = Digest.tag("nobody in the cluster knows this");
    private static final int CREDENTIAL = Integer.BYTES + 2 * Digest.BYTES;
    private static final int REVOCATION = Cluster.ID_BYTES + Integer.BYTES + Long.BYTES + Digest.BYTES;
    private static final int TAG = 16;

    private final Plan plan;

    StandInKeys(Plan plan) {
        this.plan = plan;
    }

    private static byte[] sign(String who, int id, byte[] bytes) {
        return Digest.of(SECRET, Digest.tag(who), new Out(4).i32(id).toBytes(), bytes)
                .toBytes();
    }

    private static byte[] verifyKey(int client) {
        return sign("verify key", client, new byte[0]);
    }

    @Override
    public byte[] credentialOf(int client) {
        byte[] key = verifyKey(client);
        return new Out(CREDENTIAL)
                .i32(client)
                .fixed(key)
                .fixed(sign(
                        "root",
                        client,
                        new Out(64).fixed(key).i64(plan.notAfter(client)).toBytes()))
                .toBytes();
    }

    @Override
    public Optional<ClientPrincipal> credential(byte[] credential) {
        if (credential.length != CREDENTIAL) {
            return Optional.empty();
        }
        int client = ByteBuffer.wrap(credential).getInt();
        return Arrays.equals(credential, credentialOf(client))
                ? Optional.of(new ClientPrincipal(client, verifyKey(client), plan.notAfter(client)))
                : Optional.empty();
    }

    @Override
    public byte[] revocationOf(byte[] cluster, int client) {
        return revocation(cluster, client, plan.notAfter(client));
    }

    private static byte[] revocation(byte[] cluster, int client, long notAfter) {
        byte[] said = new Out(64).fixed(cluster).i32(client).i64(notAfter).toBytes();
        return new Out(REVOCATION)
                .fixed(said)
                .fixed(sign("root revokes", client, said))
                .toBytes();
    }

    @Override
    public Optional<Revocation> revocation(byte[] revocation) {
        if (revocation.length != REVOCATION) {
            return Optional.empty();
        }
        byte[] cluster = Arrays.copyOf(revocation, Cluster.ID_BYTES);
        int client = ByteBuffer.wrap(revocation).getInt(Cluster.ID_BYTES);
        long notAfter = ByteBuffer.wrap(revocation).getLong(Cluster.ID_BYTES + Integer.BYTES);
        return Arrays.equals(revocation, revocation(cluster, client, notAfter))
                ? Optional.of(new Revocation(cluster, client, notAfter))
                : Optional.empty();
    }

    @Override
    public byte[] clientSigns(int client, byte[] payload) {
        return sign("client", client, payload);
    }

    @Override
    public boolean clientSigned(ClientPrincipal client, byte[] payload, byte[] signature) {
        return Arrays.equals(client.verifyKey(), verifyKey(client.id()))
                && Arrays.equals(signature, clientSigns(client.id(), payload));
    }

    @Override
    public byte[] coprocessorSigns(int replica, Statement statement) {
        byte[] signed = new Out(64)
                .u8(statement.domain())
                .i64(statement.counter())
                .fixed(statement.payload())
                .toBytes();
        return sign("coprocessor", replica, signed);
    }

    @Override
    public boolean replicaSigned(int replica, Statement statement, byte[] signature) {
        return Arrays.equals(signature, coprocessorSigns(replica, statement));
    }

    @Override
    public byte[] seal(int replica, byte[] context, byte[] secret, byte[] entropy) {
        byte[] nonce = Arrays.copyOf(entropy, TAG);
        byte[] hidden = masked(replica, nonce, secret);
        byte[] tag = Arrays.copyOf(tag(replica, context, hidden), TAG);
        return new Out(2 * TAG + secret.length)
                .fixed(nonce)
                .fixed(tag)
                .fixed(hidden)
                .toBytes();
    }

    @Override
    public Optional<byte[]> coprocessorOpens(int replica, byte[] context, byte[] sealed) {
        if (sealed.length < 2 * TAG || sealed.length > 2 * TAG + Digest.BYTES) {
            return Optional.empty();
        }
        byte[] nonce = Arrays.copyOf(sealed, TAG);
        byte[] hidden = Arrays.copyOfRange(sealed, 2 * TAG, sealed.length);
        boolean mine = Arrays.equals(
                Arrays.copyOfRange(sealed, TAG, 2 * TAG), Arrays.copyOf(tag(replica, context, hidden), TAG));
        return mine ? Optional.of(masked(replica, nonce, hidden)) : Optional.empty();
    }

    private static byte[] tag(int replica, byte[] context, byte[] hidden) {
        return sign("seal", replica, new Out(128).bytes(context).fixed(hidden).toBytes());
    }

    private static byte[] masked(int replica, byte[] nonce, byte[] bytes) {
        byte[] mask = sign("mask", replica, nonce);
        byte[] result = bytes.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] ^= mask[i % mask.length];
        }
        return result;
    }
}
