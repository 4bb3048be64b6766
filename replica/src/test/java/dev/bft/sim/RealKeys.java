package dev.bft.sim;

import dev.bft.auth.ClientPrincipal;
import dev.bft.auth.PublicKeys;
import dev.bft.auth.Revocation;
import dev.bft.host.KeysOfRom;
import dev.bft.keystore.Credential;
import dev.bft.keystore.OpeningKey;
import dev.bft.keystore.Rom;
import dev.bft.keystore.SigningKey;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Real keys, made from the seed: production code checks, seals, signs and opens. */
final class RealKeys implements Keys {
    private static final int KEY = 32;

    private final Plan plan;
    private final SigningKey root;
    private final List<SigningKey> signing = new ArrayList<>();
    private final List<OpeningKey> opening = new ArrayList<>();
    private final TreeMap<Integer, SigningKey> clients = new TreeMap<>();
    private final PublicKeys publicKeys;

    RealKeys(Plan plan) {
        this.plan = plan;
        Rng rng = new Rng(plan.seed()).split("keys", plan.replicas());
        root = signingKey(rng);
        List<Rom.Keys> replicas = new ArrayList<>();
        for (int i = 0; i < plan.replicas(); i++) {
            signing.add(signingKey(rng));
            opening.add(OpeningKey.decode(encoded(rng)).orElseThrow());
            replicas.add(new Rom.Keys(signing.get(i).verifyKey(), opening.get(i).sealingKey()));
        }
        for (int i = 0; i < plan.load().clients(); i++) {
            clients.put(SimClient.FIRST_ID + i, signingKey(rng));
        }
        String cluster = HexFormat.of().formatHex(plan.cluster());
        publicKeys = KeysOfRom.of(new Rom(cluster, root.verifyKey(), root.verifyKey(), replicas));
    }

    private static SigningKey signingKey(Rng rng) {
        return SigningKey.decode(encoded(rng)).orElseThrow();
    }

    /** The algorithm's number, 1, and the key. */
    private static byte[] encoded(Rng rng) {
        byte[] encoded = rng.bytes(1 + KEY);
        encoded[0] = 1;
        return encoded;
    }

    private SigningKey client(int client) {
        return Optional.ofNullable(clients.get(client)).orElseThrow();
    }

    @Override
    public byte[] credentialOf(int client) {
        return Credential.unsigned(client, "sim", client(client).verifyKey(), plan.notAfter(client))
                .issue(root)
                .encoded();
    }

    @Override
    public byte[] revocationOf(byte[] cluster, int client) {
        return dev.bft.keystore.Revocation.issue(HexFormat.of().formatHex(cluster), client, plan.notAfter(client), root)
                .encoded();
    }

    @Override
    public Optional<Revocation> revocation(byte[] revocation) {
        return publicKeys.revocation(revocation);
    }

    @Override
    public byte[] clientSigns(int client, byte[] payload) {
        return client(client).sign(payload);
    }

    @Override
    public byte[] coprocessorSigns(int replica, Statement statement) {
        return signing.get(replica)
                .sign(dev.bft.keystore.Statement.bytes(statement.domain(), statement.counter(), statement.payload()));
    }

    @Override
    public Optional<byte[]> coprocessorOpens(int replica, byte[] context, byte[] sealed) {
        return opening.get(replica).open(context, sealed);
    }

    @Override
    public boolean replicaSigned(int replica, Statement statement, byte[] signature) {
        return publicKeys.replicaSigned(replica, statement, signature);
    }

    @Override
    public Optional<ClientPrincipal> credential(byte[] credential) {
        return publicKeys.credential(credential);
    }

    @Override
    public boolean clientSigned(ClientPrincipal client, byte[] payload, byte[] signature) {
        return publicKeys.clientSigned(client, payload, signature);
    }

    @Override
    public byte[] seal(int replica, byte[] context, byte[] secret, byte[] entropy) {
        return publicKeys.seal(replica, context, secret, entropy);
    }
}
