package dev.bft.protocol;

import dev.bft.auth.ClientKeys;
import dev.bft.auth.ClientPrincipal;
import dev.bft.auth.KeyContext;
import dev.bft.auth.MacKey;
import dev.bft.wire.ClientKey;
import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import dev.bft.wire.KeyAck;
import dev.bft.wire.KeyRequest;
import dev.bft.wire.Message;
import dev.bft.wire.Reply;
import dev.bft.wire.SignatureAsked;
import dev.bft.wire.SignedRequest;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Session keys with clients, and replies to them (sections 2.3, 3.2, 3.7). A client's key is taken only with this
 * boot's nonce in it, so that an old CLIENT-KEY is worth nothing after a reboot.
 */
final class ClientDesk {
    private static final int CREDENTIALS = 256;
    private static final int OPENINGS = 1024;
    private static final long OWN_GAP = 100_000_000L;
    private static final int OWN = 20;
    /** A credential that expired by my clock so long ago is looked at no further; microseconds, for clocks differ. */
    private static final long EXPIRED = 3_600_000_000L;

    private final Node node;
    private final KeyExchange exchange;
    private final Sessions sessions;
    private final ClientKeys keys;
    private final TreeMap<Digest, ClientPrincipal> credentials = new TreeMap<>();
    private final TreeMap<Long, Opening> opening = new TreeMap<>();
    /** Beside what all share each client has keys of its own, ten a second: no flood of others keeps it out. */
    private final TokenBucket opens = new TokenBucket(5_000_000L, 200);

    private final TreeMap<Integer, TokenBucket> ownOpens = new TreeMap<>();
    private final LinkRates asks = new LinkRates();
    private final LinkRates offers = new LinkRates();

    /** Who is served no more is told so, and only now and then: it shall take nobody's turn at the coprocessor. */
    private final TokenBucket refusals = new TokenBucket(200_000_000L, 20);

    private final TokenBucket signatures = new TokenBucket(1_000_000L, 500);
    private final TokenBucket nonces = new TokenBucket(1_000_000L, 500);

    private record Opening(ClientPrincipal client, long key, long link) {}

    ClientDesk(Node node, KeyExchange exchange, Sessions sessions) {
        this.node = node;
        this.exchange = exchange;
        this.sessions = sessions;
        this.keys = new ClientKeys(node.me(), node.settings.clients());
    }

    ClientKeys keys() {
        return keys;
    }

    /** Tells a client which nonce its key must carry. */
    boolean ask(long link) {
        if (!asks.take(link, node.now) || !nonces.take(node.now)) {
            return node.out.drop(Drop.TOO_OFTEN);
        }
        node.out.add(new Effect.SendToLink(link, node.keys.unsigned(new KeyRequest(exchange.nonce()))));
        return true;
    }

    /** A CLIENT-KEY: nonce first, then whether it is new, then rate, then the signatures, then the coprocessor. */
    boolean onClientKey(long link, Envelope envelope, ClientKey m) {
        if (m.receiver() != node.me() || envelope.sender() < node.replicas()) {
            return node.out.drop(Drop.WRONG_SENDER);
        }
        if (!Arrays.equals(m.echo(), exchange.nonce())) {
            return ask(link);
        }
        if (!(envelope.auth() instanceof Envelope.Signature signature)) {
            return node.out.drop(Drop.NO_MAC);
        }
        Optional<ClientKeys.ClientKeyEntry> held = keys.of(envelope.sender(), signature.counter());
        if (held.isPresent()) {
            return again(link, held.get());
        }
        boolean revoked = sessions.isRevoked(envelope.sender());
        boolean turn = revoked ? refusals.take(node.now) : mayOpen(envelope.sender());
        if (!offers.take(link, node.now) || opening.size() >= OPENINGS || !turn) {
            return node.out.drop(Drop.TOO_OFTEN);
        }
        Optional<ClientPrincipal> client = principal(m.credential()).filter(c -> c.id() == envelope.sender());
        byte[] signed = KeyContext.clientKey(signature.counter(), envelope.digest());
        if (client.filter(c -> node.publicKeys.clientSigned(c, signed, signature.bytes()))
                .isEmpty()) {
            return node.out.drop(Drop.FORGED);
        }
        if (!revoked && client.orElseThrow().isExpired(node.wall - EXPIRED) && !refusals.take(node.now)) {
            return node.out.drop(Drop.TOO_OFTEN);
        }
        long token = exchange.token();
        opening.put(token, new Opening(client.orElseThrow(), signature.counter(), link));
        byte[] context = KeyContext.sealing(node.cluster, envelope.sender(), node.me());
        node.out.add(new Effect.Open(token, context, m.sealed()));
        return true;
    }

    private boolean mayOpen(int client) {
        if (ownOpens.size() >= OPENINGS && !ownOpens.containsKey(client)) {
            ownOpens.values().removeIf(bucket -> bucket.isFull(node.now));
        }
        boolean own = (ownOpens.size() < OPENINGS || ownOpens.containsKey(client))
                && ownOpens.computeIfAbsent(client, c -> new TokenBucket(OWN_GAP, OWN))
                        .take(node.now);
        return own || opens.take(node.now);
    }

    /**
     * A CLIENT-KEY that was taken already: acknowledged once more where it came from. From elsewhere it is a copy that
     * somebody made, for a client chooses a key for one connection only; the replies do not follow it.
     */
    private boolean again(long link, ClientKeys.ClientKeyEntry held) {
        if (held.link() != link) {
            return node.out.drop(Drop.DUPLICATE);
        }
        acknowledge(held.client().id(), held.key(), link);
        return true;
    }

    private void acknowledge(int client, MacKey key, long link) {
        node.out.add(new Effect.SendToLink(link, node.keys.toClient(new KeyAck(key.id()), client, key)));
    }

    private Optional<ClientPrincipal> principal(byte[] credential) {
        Digest digest = Digest.of(credential);
        Optional<ClientPrincipal> known = Optional.ofNullable(credentials.get(digest));
        if (known.isPresent()) {
            return known;
        }
        Optional<ClientPrincipal> client = node.publicKeys.credential(credential);
        client.ifPresent(c -> {
            if (credentials.size() >= CREDENTIALS) {
                credentials.pollFirstEntry();
            }
            credentials.put(digest, c);
        });
        return client;
    }

    /** The coprocessor opened a client's key. */
    void opened(Event.Opened event) {
        Optional<Opening> mine = Optional.ofNullable(opening.remove(event.token()));
        if (mine.isEmpty()) {
            return;
        }
        if (event.secret().filter(s -> s.length == MacKey.BYTES).isEmpty()) {
            node.out.drop(Drop.FORGED);
            return;
        }
        Opening done = mine.get();
        Optional<ClientKeys.ClientKeyEntry> held = keys.of(done.client.id(), done.key);
        if (held.isPresent()) {
            again(done.link, held.get());
            return;
        }
        MacKey key = new MacKey(done.key, event.secret().orElseThrow());
        keys.put(done.client, key, done.link);
        node.neighbours.trust(done.link, done.client.id());
        node.out.add(new Effect.Trust(done.link, false));
        acknowledge(done.client.id(), key, done.link);
    }

    /**
     * Sends a reply to where the client asked from, if its key is known; of a long result the digest only, if the client
     * wants the result of another replica (3.7).
     */
    void reply(SignedRequest request, Reply result) {
        int replier = request.request().replier();
        boolean others = replier != node.me() && replier >= 0 && replier < node.replicas();
        Reply reply = others ? result.asDigest() : result;
        send(request, reply);
    }

    /** Asks a client to sign a request (amendment AG7). */
    void askSignature(SignedRequest request) {
        if (signatures.take(node.now)) {
            send(request, new SignatureAsked(request.digest()));
        }
    }

    private void send(SignedRequest request, Message message) {
        keys.of(request.envelope())
                .or(() -> keys.newest(request.client()))
                .ifPresent(e -> node.out.add(
                        new Effect.SendToLink(e.link(), node.keys.toClient(message, request.client(), e.key()))));
    }
}
