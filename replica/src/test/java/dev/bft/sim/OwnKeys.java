package dev.bft.sim;

import dev.bft.auth.MacKey;
import dev.bft.wire.ClientKey;
import dev.bft.wire.Cluster;
import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import dev.bft.wire.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The session keys that a faulty client's own core made: it knows them, so its lies can have good MACs. */
final class OwnKeys {
    private final Cluster cluster;
    /** What was sealed last for each replica: the key that leaves next. */
    private final TreeMap<Integer, byte[]> sealed = new TreeMap<>();

    /** By their numbers; one client's key numbers are all different. */
    private final TreeMap<Long, MacKey> keys = new TreeMap<>();

    OwnKeys(Cluster cluster) {
        this.cluster = cluster;
    }

    /** A secret is sealed for a replica. */
    void sealed(int replica, byte[] secret) {
        sealed.put(replica, secret.clone());
    }

    /** A key leaves: its number stands beside the signature, and what it is was just sealed. */
    void leaves(Envelope envelope) {
        if (envelope.message() instanceof ClientKey key && envelope.auth() instanceof Envelope.Signature signature) {
            Optional.ofNullable(sealed.remove(key.receiver()))
                    .ifPresent(secret -> keys.put(signature.counter(), new MacKey(signature.counter(), secret)));
        }
    }

    /** The frame of another request, for the replicas and with the keys of this one, if all of them are known. */
    Optional<byte[]> frame(Request request, int sender, Envelope.Macs like) {
        byte[] open = Envelope.open(cluster, sender, request);
        Digest digest = Digest.of(open);
        List<Envelope.Mac> good = new ArrayList<>();
        for (Envelope.Mac mac : like.macs()) {
            MacKey key = keys.get(mac.key());
            if (key == null) {
                return Optional.empty();
            }
            good.add(new Envelope.Mac(mac.receiver(), mac.key(), key.tag(digest)));
        }
        return Optional.of(Envelope.complete(open, new Envelope.Macs(good)));
    }
}
