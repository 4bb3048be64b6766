package dev.bft.host;

import dev.bft.auth.ClientPrincipal;
import dev.bft.auth.PublicKeys;
import dev.bft.auth.Revocation;
import dev.bft.keystore.Credential;
import dev.bft.keystore.Rom;
import dev.bft.keystore.VerifyKey;
import dev.bft.wire.Digest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The public keys of the read-only memory: who the others are, and which clients the root vouches for. */
final class RomKeys implements PublicKeys {
    private final Rom rom;

    /** Credentials that the root signed, by digest: the same one comes with every session. */
    private final Map<Digest, ClientPrincipal> signed = new Newest<>();

    /** Keys of clients by their bytes, taken apart. */
    private final Map<Digest, VerifyKey> keys = new Newest<>();

    /**
     * What came of signatures of clients, by the digest of key, signature and payload: a request comes from its client and
     * by way of other replicas, in a batch, and is executed.
     */
    private final Map<Digest, Boolean> verdicts = new Newest<>();

    /** The last ones that were used; nobody makes it grow. */
    private static final class Newest<V> extends LinkedHashMap<Digest, V> {
        private static final long serialVersionUID = 1;
        private static final int MAX = 4096;

        Newest() {
            super(64, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Digest, V> eldest) {
            return size() > MAX;
        }
    }

    RomKeys(Rom rom) {
        this.rom = rom;
    }

    @Override
    public boolean replicaSigned(int replica, Statement statement, byte[] signature) {
        byte[] bytes = dev.bft.keystore.Statement.bytes(statement.domain(), statement.counter(), statement.payload());
        return replica >= 0
                && replica < rom.replicas().size()
                && rom.replicas().get(replica).sign().verify(bytes, signature);
    }

    @Override
    public Optional<ClientPrincipal> credential(byte[] credential) {
        Digest digest = Digest.of(credential);
        Optional<ClientPrincipal> known = Optional.ofNullable(signed.get(digest));
        if (known.isPresent()) {
            return known;
        }
        Optional<ClientPrincipal> checked = Credential.decode(credential)
                .filter(decoded -> decoded.verify(rom.root()))
                .map(decoded -> new ClientPrincipal(
                        decoded.clientId(), decoded.key().encoded(), decoded.notAfterEpochSeconds()));
        checked.ifPresent(client -> signed.put(digest, client));
        return checked;
    }

    @Override
    public Optional<Revocation> revocation(byte[] revocation) {
        return dev.bft.keystore.Revocation.decode(revocation)
                .filter(decoded -> decoded.verify(rom.root()))
                .map(decoded -> new Revocation(
                        HexFormat.of().parseHex(decoded.clusterId()),
                        decoded.clientId(),
                        decoded.notAfterEpochSeconds()));
    }

    @Override
    public boolean clientSigned(ClientPrincipal client, byte[] payload, byte[] signature) {
        byte[] key = client.verifyKey();
        // The payload last: all but it has a length of its own, or the signature is none.
        return signature.length == VerifyKey.SIGNATURE_BYTES
                && verdicts.computeIfAbsent(Digest.of(key, signature, payload), d -> verifies(key, payload, signature));
    }

    private boolean verifies(byte[] encoded, byte[] payload, byte[] signature) {
        Digest digest = Digest.of(encoded);
        Optional<VerifyKey> key = Optional.ofNullable(keys.get(digest)).or(() -> VerifyKey.decode(encoded));
        key.ifPresent(k -> keys.put(digest, k));
        return key.filter(k -> k.verify(payload, signature)).isPresent();
    }

    @Override
    public byte[] seal(int replica, byte[] context, byte[] secret, byte[] entropy) {
        return rom.replicas().get(replica).open().seal(context, secret, entropy);
    }
}
