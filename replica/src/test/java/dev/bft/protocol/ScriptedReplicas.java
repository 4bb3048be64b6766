package dev.bft.protocol;

import dev.bft.auth.KeyContext;
import dev.bft.auth.MacKey;
import dev.bft.wire.ClientKey;
import dev.bft.wire.Cluster;
import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import dev.bft.wire.KeyAck;
import dev.bft.wire.KeyRequest;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Message;
import dev.bft.wire.Out;
import dev.bft.wire.Reply;
import dev.bft.wire.Request;
import dev.bft.wire.SignedRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** One client and the replicas' side of its connections, with real MACs: the test says who answers what. */
final class ScriptedReplicas {
    static final int CLIENT = 1000;
    static final long MILLIS = 1_000_000;
    static final byte[] CREDENTIAL = bytes("credential of client 1000");

    final Cluster cluster = new Cluster(new byte[16], 3);
    final ClientCore core;
    final List<ClientEffect.Complete> completed = new ArrayList<>();

    private final List<Optional<MacKey>> keys = new ArrayList<>();
    private final List<List<byte[]>> inboxes = new ArrayList<>();
    private long now = 77_000;

    ScriptedReplicas(int replicas, ClientSettings settings) {
        for (int i = 0; i < replicas; i++) {
            keys.add(Optional.empty());
            inboxes.add(new ArrayList<>());
        }
        core = new ClientCore(settings, new PlainSecrets());
        step(new ClientEvent.Started(bytes("seed"), 1_700_000_000_000_000L));
        step(new ClientEvent.Tick(now));
    }

    static ClientSettings settings(int replicas) {
        return ClientSettings.of(CLIENT, replicas, new byte[16], 3);
    }

    /** A client of four replicas that shares a key with each of them. */
    static ScriptedReplicas connected() {
        return connected(settings(4));
    }

    static ScriptedReplicas connected(ClientSettings settings) {
        ScriptedReplicas all = new ScriptedReplicas(settings.replicas(), settings);
        for (int i = 0; i < settings.replicas(); i++) {
            all.connect(i);
        }
        return all;
    }

    static byte[] bytes(String ascii) {
        return ascii.getBytes(StandardCharsets.US_ASCII);
    }

    /** Seals nothing: the context and the secret stand there for the replica to read. */
    static final class PlainSecrets implements ClientSecrets {
        @Override
        public byte[] credential() {
            return CREDENTIAL;
        }

        @Override
        public byte[] sign(byte[] payload) {
            return Digest.of(bytes("signature"), payload).toBytes();
        }

        @Override
        public byte[] seal(int replica, byte[] context, byte[] secret, byte[] entropy) {
            return new Out(160).bytes(context).bytes(secret).bytes(entropy).toBytes();
        }
    }

    void step(ClientEvent event) {
        for (ClientEffect effect : core.step(event)) {
            if (effect instanceof ClientEffect.SendToReplica send) {
                inboxes.get(send.replica()).add(send.frame());
            } else if (effect instanceof ClientEffect.Complete complete) {
                completed.add(complete);
            }
        }
    }

    void pass(long millis) {
        for (long i = 0; i < millis; i += 10) {
            now += Math.min(10, millis - i) * MILLIS;
            step(new ClientEvent.Tick(now));
        }
    }

    void invoke(long token, String operation) {
        step(new ClientEvent.Invoke(token, bytes(operation)));
    }

    /** What only reads. */
    void read(long token, String operation) {
        step(new ClientEvent.Invoke(token, bytes(operation), Request.Kind.READ));
    }

    /** What the client sent to a replica since the last call. */
    List<byte[]> takeFrames(int replica) {
        List<byte[]> taken = List.copyOf(inboxes.get(replica));
        inboxes.get(replica).clear();
        return taken;
    }

    List<Envelope> take(int replica) {
        return takeFrames(replica).stream().map(ScriptedReplicas::read).toList();
    }

    List<Request> takeRequests(int replica) {
        return take(replica).stream()
                .filter(e -> e.message() instanceof Request)
                .map(e -> (Request) e.message())
                .toList();
    }

    <M extends Message> List<M> take(int replica, Class<M> type) {
        return take(replica).stream()
                .map(Envelope::message)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    static Envelope read(byte[] frame) {
        try {
            return Envelope.read(frame);
        } catch (MalformedException e) {
            throw new AssertionError("the client sent bytes that are no frame", e);
        }
    }

    /** Connects a replica and plays its side of the key exchange to the end. */
    void connect(int replica) {
        step(new ClientEvent.Connected(replica));
        exchangeKeys(replica, nonce(replica));
    }

    static byte[] nonce(int replica) {
        byte[] nonce = new byte[16];
        Arrays.fill(nonce, (byte) (0x40 + replica));
        return nonce;
    }

    void exchangeKeys(int replica, byte[] nonce) {
        takeFrames(replica);
        requestKey(replica, nonce);
        acceptKey(replica, take(replica).get(0));
    }

    void requestKey(int replica, byte[] nonce) {
        receive(replica, Envelope.complete(open(replica, new KeyRequest(nonce)), new Envelope.Unsigned()));
    }

    void acceptKey(int replica, Envelope clientKey) {
        MacKey key = keyIn(replica, clientKey);
        keys.set(replica, Optional.of(key));
        receive(replica, macced(replica, new KeyAck(key.id()), key));
    }

    /** The key in a CLIENT-KEY frame, after the checks that a replica makes. */
    MacKey keyIn(int replica, Envelope envelope) {
        try {
            ClientKey message = (ClientKey) envelope.message();
            Envelope.Signature signature = (Envelope.Signature) envelope.auth();
            dev.bft.wire.In sealed = new dev.bft.wire.In(message.sealed());
            byte[] context = sealed.bytes(100);
            byte[] expected = new PlainSecrets().sign(KeyContext.clientKey(signature.counter(), envelope.digest()));
            if (message.receiver() != replica
                    || !Arrays.equals(message.credential(), CREDENTIAL)
                    || !Arrays.equals(context, KeyContext.sealing(cluster, CLIENT, replica))
                    || !Arrays.equals(signature.bytes(), expected)) {
                throw new AssertionError("a replica would refuse this CLIENT-KEY");
            }
            return new MacKey(signature.counter(), sealed.bytes(100));
        } catch (MalformedException e) {
            throw new AssertionError("a sealed key in another form than the test's", e);
        }
    }

    MacKey key(int replica) {
        return keys.get(replica).orElseThrow();
    }

    byte[] open(int replica, Message message) {
        return Envelope.open(cluster, replica, message);
    }

    byte[] macced(int replica, Message message, MacKey key) {
        byte[] open = open(replica, message);
        Envelope.Mac mac = new Envelope.Mac(CLIENT, key.id(), key.tag(Digest.of(open)));
        return Envelope.complete(open, new Envelope.Macs(List.of(mac)));
    }

    void receive(int replica, byte[] frame) {
        step(new ClientEvent.Received(replica, frame));
    }

    /** The replica sends this under the key it shares with the client. */
    void say(int replica, Message message) {
        receive(replica, macced(replica, message, key(replica)));
    }

    static Reply reply(Request request, Reply.Outcome outcome, byte[] result) {
        return new Reply(
                0, request.session(), request.base(), request.number(), request.digest(CLIENT), outcome, result);
    }

    static Reply ok(Request request, String result) {
        return reply(request, Reply.Outcome.OK, bytes(result));
    }

    static Reply inView(Reply reply, long view) {
        return new Reply(
                view, reply.session(), reply.base(), reply.number(), reply.request(), reply.outcome(), reply.result());
    }

    static Reply opened(Request open, long base) {
        return reply(open, Reply.Outcome.OK, new Out(8).i64(base).toBytes());
    }

    /** Replicas 0..2f answer alike. */
    void agree(Reply reply) {
        for (int i = 0; i <= (keys.size() - 1) / 3 * 2; i++) {
            say(i, reply);
        }
    }

    /** The newest request that replica 0, the primary, got. */
    Request lastRequest() {
        List<Request> requests = takeRequests(0);
        return requests.get(requests.size() - 1);
    }

    /** Opens the session that the first invocation needs; returns the request that follows it. */
    Request openSession(long base) {
        agree(opened(lastRequest(), base));
        return lastRequest();
    }

    /** The request that follows an invocation in a session that is open or opened with this base. */
    Request invoked(long token, String operation) {
        invoke(token, operation);
        Request request = lastRequest();
        if (!request.open()) {
            return request;
        }
        agree(opened(request, 500));
        return lastRequest();
    }

    Outcome outcome(long token) {
        List<Outcome> outcomes = completed.stream()
                .filter(c -> c.token() == token)
                .map(ClientEffect.Complete::outcome)
                .toList();
        if (outcomes.size() != 1) {
            throw new AssertionError(outcomes.size() + " outcomes of invocation " + token);
        }
        return outcomes.get(0);
    }

    String result(long token) {
        return outcome(token) instanceof Outcome.Result result
                ? new String(result.result(), StandardCharsets.US_ASCII)
                : "failed: " + outcome(token);
    }

    Outcome.Reason reason(long token) {
        return ((Outcome.Failed) outcome(token)).reason();
    }

    long drops(String label) {
        return core.status().drops().getOrDefault(label, 0L);
    }

    static SignedRequest signed(Envelope envelope) {
        try {
            return SignedRequest.of(envelope);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }
}
