package dev.bft.protocol;

import dev.bft.auth.KeyContext;
import dev.bft.auth.MacKey;
import dev.bft.auth.PublicKeys;
import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import dev.bft.wire.Limits;
import dev.bft.wire.NewKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * NEW-KEY: this replica chooses the keys by which the others authenticate to it, anew at every boot, every T_k,
 * and for a single peer when that peer rebooted (sections 2.3-2.5, decisions 4).
 *
 * <p>Freshness: a NEW-KEY is taken if its counter is above the last one taken in this boot, or, when none was,
 * if it echoes this boot's nonce. Nothing from before the boot is trusted for it (amendment RC6).
 */
final class KeyExchange {
    /** The signature domain of NEW-KEY at the coprocessor. */
    static final byte DOMAIN = 1;

    private static final long RESEND_GAP = 1_000_000_000L;
    private static final long COALESCE = 20_000_000L;
    private static final byte[] NO_ECHO = new byte[Limits.NONCE];

    private final Node node;
    private final List<Peer> peers = new ArrayList<>();
    private final TreeMap<Long, Opening> opening = new TreeMap<>();
    private final TreeSet<Integer> wanted = new TreeSet<>();
    private final LinkRates rates = new LinkRates();
    private byte[] nonce = NO_ECHO;
    private Optional<Signing> signing = Optional.empty();
    private long nextToken = 1;
    private long refreshAt;
    private long wantedAt;

    /** What is known of one peer's keys in this boot. */
    private static final class Peer {
        byte[] nonce = NO_ECHO;
        /** The counter of the NEW-KEY that told the nonce. */
        long nonceCounter;

        long lastCounter;
        byte[] lastFrame = new byte[0];
        long resentAt = Long.MIN_VALUE / 2;
    }

    private record Signing(long token, byte[] open, List<Integer> receivers, List<byte[]> secrets) {}

    private record Opening(int sender, long counter) {}

    /**
     * New in keys are in force.
     *
     * @param counter the key id
     * @param receivers for whom
     * @param all whether for everybody: a new epoch
     */
    record Refreshed(long counter, List<Integer> receivers, boolean all) {}

    KeyExchange(Node node) {
        this.node = node;
        for (int i = 0; i < node.replicas(); i++) {
            peers.add(new Peer());
        }
    }

    /** A boot: a new nonce, and keys for all. */
    void begin() {
        nonce = node.random.bytes(Limits.NONCE);
        refresh(everybody());
    }

    /** This boot's nonce, for clients. */
    byte[] nonce() {
        return nonce;
    }

    /** How many peers I can authenticate to. */
    int peersReached() {
        int count = 0;
        for (int i = 0; i < node.replicas(); i++) {
            count += node.keys.canSendTo(i) ? 1 : 0;
        }
        return count;
    }

    /** Refreshes what is due. */
    void tick() {
        if (signing.isPresent()) {
            return;
        }
        if (node.now >= refreshAt) {
            refresh(everybody());
        } else if (!wanted.isEmpty() && node.now >= wantedAt) {
            refresh(List.copyOf(wanted));
        }
    }

    private List<Integer> everybody() {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < node.replicas(); i++) {
            if (i != node.me()) {
                all.add(i);
            }
        }
        return all;
    }

    private void refresh(List<Integer> receivers) {
        List<NewKey.Entry> entries = new ArrayList<>();
        List<byte[]> secrets = new ArrayList<>();
        for (int receiver : receivers) {
            byte[] secret = node.random.bytes(MacKey.BYTES);
            byte[] context = KeyContext.sealing(node.cluster, node.me(), receiver);
            byte[] sealed = node.publicKeys.seal(receiver, context, secret, node.random.bytes(32));
            entries.add(new NewKey.Entry(receiver, peers.get(receiver).nonce, sealed));
            secrets.add(secret);
            wanted.remove(receiver);
        }
        if (receivers.size() == node.replicas() - 1) {
            long period = node.settings.keyRefresh();
            refreshAt = node.now + period - period / 8 + node.random.below(Math.max(1, period / 4));
        }
        byte[] open = Envelope.open(node.cluster, node.me(), new NewKey(nonce, entries));
        signing = Optional.of(new Signing(nextToken, open, receivers, secrets));
        node.out.add(new Effect.Sign(nextToken++, DOMAIN, Digest.of(open).toBytes()));
    }

    /** The coprocessor signed: the new keys are in force, and the receivers hear of them. */
    Optional<Refreshed> signed(Event.Signed event) {
        Optional<Signing> mine = signing.filter(s -> s.token() == event.token());
        if (mine.isEmpty()) {
            return Optional.empty();
        }
        Signing done = mine.get();
        signing = Optional.empty();
        byte[] frame = Envelope.complete(done.open, new Envelope.Signature(event.counter(), event.signature()));
        for (int i = 0; i < done.receivers.size(); i++) {
            int receiver = done.receivers.get(i);
            node.keys.setIn(receiver, new MacKey(event.counter(), done.secrets.get(i)));
            peers.get(receiver).lastFrame = frame;
            peers.get(receiver).resentAt = node.now;
            node.out.add(new Effect.SendToReplica(receiver, frame));
        }
        node.out.report(new Fact.KeysRefreshed(event.counter()));
        boolean all = done.receivers.size() == node.replicas() - 1;
        return Optional.of(new Refreshed(event.counter(), done.receivers, all));
    }

    /** A NEW-KEY; cheap tests first, the signature before anything is taken from it. */
    boolean onNewKey(long link, Envelope envelope, NewKey m) {
        int sender = envelope.sender();
        if (sender < 0 || sender >= node.replicas() || sender == node.me()) {
            return node.out.drop(Drop.WRONG_SENDER);
        }
        Peer peer = peers.get(sender);
        if (!(envelope.auth() instanceof Envelope.Signature signature)) {
            return node.out.drop(Drop.NO_MAC);
        }
        if (signature.counter() <= peer.lastCounter) {
            return node.out.drop(Drop.OLD_TIMESTAMP);
        }
        if (!rates.take(link, node.now)) {
            return node.out.drop(Drop.TOO_OFTEN);
        }
        PublicKeys.Statement statement = new PublicKeys.Statement(
                DOMAIN, signature.counter(), envelope.digest().toBytes());
        if (!node.publicKeys.replicaSigned(sender, statement, signature.bytes())) {
            return node.out.drop(Drop.FORGED);
        }
        if (signature.counter() >= peer.nonceCounter) {
            // An older one is of an earlier boot perhaps: whoever replays it would keep us apart for ever.
            peer.nonceCounter = signature.counter();
            learnNonce(sender, m.nonce());
        }
        return takeEntry(sender, signature.counter(), m);
    }

    private void learnNonce(int sender, byte[] theirs) {
        Peer peer = peers.get(sender);
        if (!Arrays.equals(peer.nonce, theirs)) {
            peer.nonce = theirs;
            want(sender);
        }
    }

    /** This peer needs a key with its present nonce. */
    private void want(int receiver) {
        if (wanted.isEmpty()) {
            wantedAt = node.now + COALESCE;
        }
        wanted.add(receiver);
    }

    private boolean takeEntry(int sender, long counter, NewKey m) {
        for (NewKey.Entry entry : m.entries()) {
            if (entry.receiver() != node.me()) {
                continue;
            }
            boolean fresh = peers.get(sender).lastCounter > 0 || Arrays.equals(entry.echo(), nonce);
            if (!fresh) {
                resendLast(sender);
                return node.out.drop(Drop.NOT_READY);
            }
            byte[] context = KeyContext.sealing(node.cluster, sender, node.me());
            opening.put(nextToken, new Opening(sender, counter));
            node.out.add(new Effect.Open(nextToken++, context, entry.sealed()));
            return true;
        }
        return false;
    }

    /** The coprocessor opened a peer's key: from now on I authenticate to it so. */
    Optional<Integer> opened(Event.Opened event) {
        Optional<Opening> mine = Optional.ofNullable(opening.remove(event.token()));
        if (mine.isEmpty()) {
            return Optional.empty();
        }
        int sender = mine.get().sender;
        Peer peer = peers.get(sender);
        boolean usable = event.secret().filter(s -> s.length == MacKey.BYTES).isPresent();
        if (!usable || mine.get().counter <= peer.lastCounter) {
            node.out.drop(Drop.FORGED);
            return Optional.empty();
        }
        peer.lastCounter = mine.get().counter;
        node.keys.setOut(sender, new MacKey(mine.get().counter, event.secret().orElseThrow()));
        return Optional.of(sender);
    }

    /** A token for the coprocessor that no other part uses. */
    long token() {
        return nextToken++;
    }

    /** A frame of this peer did not verify: perhaps it has not got my newest key (2.5). */
    void resendLast(int receiver) {
        Peer peer = peers.get(receiver);
        if (peer.lastFrame.length > 0 && node.now - peer.resentAt >= RESEND_GAP) {
            peer.resentAt = node.now;
            node.out.add(new Effect.SendToReplica(receiver, peer.lastFrame));
        }
    }
}
