package dev.bft.client;

import dev.bft.keystore.ClientIdentity;
import dev.bft.keystore.ClusterConfig;
import dev.bft.keystore.SealingKey;
import dev.bft.protocol.ClientSecrets;
import java.util.List;

/** What a client does with its key file and the replicas' public keys. */
final class Secrets implements ClientSecrets {
    private final ClientIdentity identity;
    private final List<SealingKey> replicas;

    Secrets(ClientIdentity identity, ClusterConfig config) {
        this.identity = identity;
        this.replicas =
                config.replicas().stream().map(ClusterConfig.Replica::open).toList();
    }

    @Override
    public byte[] credential() {
        return identity.credential().encoded();
    }

    @Override
    public byte[] sign(byte[] payload) {
        return identity.key().sign(payload);
    }

    @Override
    public byte[] seal(int replica, byte[] context, byte[] secret, byte[] entropy) {
        return replicas.get(replica).seal(context, secret, entropy);
    }
}
