package dev.bft.protocol;

import dev.bft.auth.KeyContext;
import dev.bft.auth.MacKey;
import dev.bft.wire.ClientKey;
import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import dev.bft.wire.KeyAsk;
import dev.bft.wire.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A client's session keys with all replicas, and what is made and checked with them (sections 2.2, 2.3). */
final class ReplicaKeys {
    private final ClientNode node;
    private final List<ReplicaKey> keys = new ArrayList<>();

    ReplicaKeys(ClientNode node) {
        this.node = node;
        for (int i = 0; i < node.settings.replicas(); i++) {
            keys.add(new ReplicaKey());
        }
    }

    /** A connection was made: asks for the replica's nonce. */
    void connected(int replica) {
        keys.get(replica).connected();
        ask(replica);
    }

    /** A connection broke: nothing is sent to the replica until there is another. */
    void lost(int replica) {
        keys.get(replica).lost();
    }

    /** Whether a replica that was connected is away, or not usable again yet. */
    boolean isAway(int replica) {
        return keys.get(replica).isAway();
    }

    /** Asks for nonces where a key is missing or old. */
    void tick() {
        for (int i = 0; i < keys.size(); i++) {
            if (keys.get(i).mustAsk(node.now())) {
                ask(i);
            }
        }
    }

    private void ask(int replica) {
        long gap = keys.get(replica).nextAskGap(node.settings.retransmit(), node.settings.retransmitCap());
        keys.get(replica).askAt(node.now() + node.jittered(gap));
        byte[] open = Envelope.open(node.cluster, node.settings.client(), new KeyAsk());
        send(replica, Envelope.complete(open, new Envelope.Unsigned()));
    }

    /** Answers a KEY-REQUEST with a fresh key; says why if not. */
    Optional<ClientDrop> requested(int replica, byte[] nonce) {
        ReplicaKey key = keys.get(replica);
        if (!key.admitsRequest(node.now())) {
            return Optional.of(ClientDrop.TOO_OFTEN);
        }
        send(replica, key.offered(nonce).orElseGet(() -> freshOffer(replica, nonce)));
        return Optional.empty();
    }

    private byte[] freshOffer(int replica, byte[] nonce) {
        long id = node.freshId();
        byte[] secret = node.freshSecret();
        byte[] context = KeyContext.sealing(node.cluster, node.settings.client(), replica);
        byte[] sealed = node.secrets.seal(replica, context, secret, node.freshSecret());
        Message message = new ClientKey(replica, node.secrets.credential(), nonce, sealed);
        byte[] open = Envelope.open(node.cluster, node.settings.client(), message);
        byte[] signature = node.secrets.sign(KeyContext.clientKey(id, Digest.of(open)));
        byte[] frame = Envelope.complete(open, new Envelope.Signature(id, signature));
        keys.get(replica).offer(new ReplicaKey.Offer(nonce, new MacKey(id, secret), frame));
        return frame;
    }

    /** Takes a KEY-ACK: from now on the replica is usable; says why if not. */
    Optional<ClientDrop> acknowledged(int replica, Envelope envelope, long id) {
        ReplicaKey key = keys.get(replica);
        Optional<ClientDrop> refused = key.refuseAck(envelope, node.settings.client(), id);
        if (refused.isEmpty()) {
            long refresh = node.settings.keyRefresh();
            key.acknowledged(id, node.now() + node.jittered(refresh), node.now() + 2 * refresh);
        }
        return refused;
    }

    /** Checks that this replica made the frame for this client; says why if not. */
    Optional<ClientDrop> refuse(int replica, Envelope envelope) {
        return keys.get(replica).refuse(envelope, node.settings.client());
    }

    boolean isUsable(int replica) {
        return keys.get(replica).isUsable();
    }

    /** The replicas that can be sent to. */
    List<Integer> usable() {
        List<Integer> usable = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            if (keys.get(i).isUsable()) {
                usable.add(i);
            }
        }
        return usable;
    }

    /** A frame with an authenticator under the keys now in force. */
    byte[] authenticated(Message message) {
        byte[] open = Envelope.open(node.cluster, node.settings.client(), message);
        Digest digest = Digest.of(open);
        List<Envelope.Mac> macs = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            keys.get(i).addMac(macs, i, digest);
        }
        return Envelope.complete(open, new Envelope.Macs(macs));
    }

    private void send(int replica, byte[] frame) {
        node.emit(new ClientEffect.SendToReplica(replica, frame));
    }
}
