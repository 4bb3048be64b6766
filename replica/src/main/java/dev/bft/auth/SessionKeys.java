package dev.bft.auth;

import dev.bft.wire.Cluster;
import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import dev.bft.wire.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One replica's session keys with the other replicas, and what is made and checked with them (section 2).
 *
 * <p>The receiver chooses: the <em>in</em> key of j authenticates what j sends here and was chosen here; the
 * <em>out</em> key of j authenticates what goes to j and was chosen by j.
 */
public final class SessionKeys {
    private final Cluster cluster;
    private final int me;
    private final List<Optional<MacKey>> in = new ArrayList<>();
    private final List<Optional<MacKey>> out = new ArrayList<>();

    /** No keys yet. */
    public SessionKeys(Cluster cluster, int me, int replicas) {
        this.cluster = cluster;
        this.me = me;
        for (int i = 0; i < replicas; i++) {
            in.add(Optional.empty());
            out.add(Optional.empty());
        }
    }

    /** From now on {@code replica} must authenticate to me with this key. */
    public void setIn(int replica, MacKey key) {
        in.set(replica, Optional.of(key));
    }

    /** From now on I authenticate to {@code replica} with this key. */
    public void setOut(int replica, MacKey key) {
        out.set(replica, Optional.of(key));
    }

    /** Whether I can authenticate to this replica. */
    public boolean canSendTo(int replica) {
        return out.get(replica).isPresent();
    }

    /** A frame with an authenticator: a MAC for every other replica whose key I hold. */
    public byte[] toAll(Message message) {
        return frame(message, out, -1);
    }

    /** A frame with a single MAC. */
    public byte[] toReplica(Message message, int replica) {
        return frame(message, out, replica);
    }

    /** A FETCH, the one multicast made with the in keys (section 2.2). */
    public byte[] fetch(Message message, int replica) {
        return frame(message, in, replica);
    }

    /** A frame that nobody needs to authenticate. */
    public byte[] unsigned(Message message) {
        return Envelope.complete(Envelope.open(cluster, me, message), new Envelope.Unsigned());
    }

    /** A frame for a client, with a single MAC. */
    public byte[] toClient(Message message, int client, MacKey key) {
        byte[] open = Envelope.open(cluster, me, message);
        Digest digest = Digest.of(open);
        return Envelope.complete(open, new Envelope.Macs(List.of(new Envelope.Mac(client, key.id(), key.tag(digest)))));
    }

    private byte[] frame(Message message, List<Optional<MacKey>> keys, int only) {
        byte[] open = Envelope.open(cluster, me, message);
        Digest digest = Digest.of(open);
        List<Envelope.Mac> macs = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            if (i != me && (only < 0 || only == i) && keys.get(i).isPresent()) {
                MacKey key = keys.get(i).get();
                macs.add(new Envelope.Mac(i, key.id(), key.tag(digest)));
            }
        }
        return Envelope.complete(open, new Envelope.Macs(macs));
    }

    /** Checks a frame that claims to come from a replica. */
    public Verdict check(Envelope envelope) {
        int sender = envelope.sender();
        if (sender < 0 || sender >= in.size() || sender == me) {
            return Verdict.WRONG_SENDER;
        }
        boolean fetch = envelope.message().type() == Message.Type.FETCH;
        Optional<MacKey> key = fetch ? out.get(sender) : in.get(sender);
        if (!(envelope.auth() instanceof Envelope.Macs macs)) {
            return Verdict.NO_MAC;
        }
        Envelope.Mac mac = macs.of(me);
        if (mac.key() < 0) {
            return Verdict.NO_MAC;
        }
        if (key.isEmpty() || key.get().id() != mac.key()) {
            return Verdict.STALE_KEY;
        }
        return key.get().verifies(envelope.digest(), mac.tag()) ? Verdict.AUTHENTIC : Verdict.FORGED;
    }
}
