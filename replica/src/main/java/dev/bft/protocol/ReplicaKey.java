package dev.bft.protocol;

import dev.bft.auth.MacKey;
import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The session key that a client shares with one replica, and the exchange of the next one (section 2.3):
 * KEY-ASK, KEY-REQUEST with the replica's nonce, CLIENT-KEY, KEY-ACK.
 *
 * <p>A KEY-REQUEST is not authenticated, so it ends nothing: the key in force stays until the replica
 * acknowledges the next one, the connection is made anew, or it is two refreshes old.
 */
final class ReplicaKey {
    /** Sealing and signing for a stranger is limited to one key in this time. */
    private static final long REQUEST_GAP = 50_000_000;

    /** So often a key is sent in all; then another is chosen. */
    private static final int SENDINGS = 4;

    private static final long NEVER = Long.MAX_VALUE;

    /**
     * A key sent and not acknowledged.
     *
     * @param nonce the replica's nonce it answers
     * @param frame the CLIENT-KEY, sent again if it is asked for again
     */
    record Offer(byte[] nonce, MacKey key, byte[] frame) {}

    private Optional<MacKey> inForce = Optional.empty();
    private Optional<Offer> offer = Optional.empty();
    /** The one before, for the same nonce: a slow replica may acknowledge it yet. */
    private Optional<Offer> earlier = Optional.empty();

    private int sendings;
    private boolean connected;
    private boolean away;
    private Optional<Long> requested = Optional.empty();
    private long askAt = NEVER;
    private long askGap;
    private long endsAt = NEVER;

    /** A new connection: the old key is over, and the next is asked for until it is there. */
    void connected() {
        connected = true;
        inForce = Optional.empty();
        forgetOffers();
        askGap = 0;
        endsAt = NEVER;
    }

    /** The connection is lost, and with it whatever was said under the key. */
    void lost() {
        connected = false;
        away = true;
        inForce = Optional.empty();
        forgetOffers();
        endsAt = NEVER;
    }

    private void forgetOffers() {
        offer = Optional.empty();
        earlier = Optional.empty();
    }

    /** Whether a connection was lost and no key is in force since. */
    boolean isAway() {
        return away;
    }

    /** Whether a KEY-REQUEST may be answered now; taken as answered. */
    boolean admitsRequest(long now) {
        if (!connected || (requested.isPresent() && now - requested.get() < REQUEST_GAP)) {
            return false;
        }
        requested = Optional.of(now);
        return true;
    }

    /**
     * The key already offered for this nonce: a lost CLIENT-KEY is repeated as it was, but not for ever. Who copied it and
     * was faster has the replica's answers to it.
     */
    Optional<byte[]> offered(byte[] nonce) {
        Optional<byte[]> again = offer.filter(o -> sendings < SENDINGS && Arrays.equals(o.nonce, nonce))
                .map(Offer::frame);
        sendings++;
        return again;
    }

    /** A key is sent for the first time. */
    void offer(Offer fresh) {
        earlier = offer.filter(o -> Arrays.equals(o.nonce, fresh.nonce));
        offer = Optional.of(fresh);
        sendings = 1;
    }

    /** Checks a KEY-ACK against the keys offered; empty if it acknowledges one of them. */
    Optional<ClientDrop> refuseAck(Envelope envelope, int client, long acknowledged) {
        Optional<MacKey> key = offered(acknowledged);
        return key.isEmpty() ? Optional.of(ClientDrop.UNASKED) : refuse(envelope, client, key.get());
    }

    private Optional<MacKey> offered(long id) {
        return offer.filter(o -> o.key.id() == id)
                .or(() -> earlier.filter(o -> o.key.id() == id))
                .map(Offer::key);
    }

    /** The offered key with this id is the key in force from now on. */
    void acknowledged(long id, long refreshAt, long endAt) {
        inForce = offered(id);
        away = false;
        forgetOffers();
        askAt = refreshAt;
        askGap = 0;
        endsAt = endAt;
    }

    /** Checks a frame against the key in force; empty if the replica made it. */
    Optional<ClientDrop> refuse(Envelope envelope, int client) {
        return inForce.isEmpty() ? Optional.of(ClientDrop.STALE_KEY) : refuse(envelope, client, inForce.get());
    }

    private static Optional<ClientDrop> refuse(Envelope envelope, int client, MacKey key) {
        if (!(envelope.auth() instanceof Envelope.Macs macs) || macs.macs().size() != 1) {
            return Optional.of(ClientDrop.NO_MAC);
        }
        Envelope.Mac mac = macs.macs().get(0);
        if (mac.receiver() != client) {
            return Optional.of(ClientDrop.NO_MAC);
        }
        if (mac.key() != key.id()) {
            return Optional.of(ClientDrop.STALE_KEY);
        }
        return key.verifies(envelope.digest(), mac.tag()) ? Optional.empty() : Optional.of(ClientDrop.FORGED);
    }

    /** Whether the replica can be sent to and understood. */
    boolean isUsable() {
        return inForce.isPresent();
    }

    /** Adds this replica's entry to an authenticator. */
    void addMac(List<Envelope.Mac> macs, int replica, Digest digest) {
        inForce.ifPresent(key -> macs.add(new Envelope.Mac(replica, key.id(), key.tag(digest))));
    }

    /** Whether the key must be asked for (again) now; a key far beyond its time ends. */
    boolean mustAsk(long now) {
        if (now >= endsAt) {
            inForce = Optional.empty();
            endsAt = NEVER;
        }
        return connected && now >= askAt;
    }

    /** The time to the next KEY-ASK if this one is not answered. */
    long nextAskGap(long first, long cap) {
        askGap = askGap == 0 ? first : Math.min(2 * askGap, cap);
        return askGap;
    }

    void askAt(long time) {
        askAt = time;
    }
}
