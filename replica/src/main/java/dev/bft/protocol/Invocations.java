package dev.bft.protocol;

import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import dev.bft.wire.Limits;
import dev.bft.wire.Reply;
import dev.bft.wire.Request;
import dev.bft.wire.SignatureAsked;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The invocations of a started client: those that wait, and those that a session works for.
 *
 * <p>An operation is first sent with MACs alone; asked for again, it is signed (decisions 0.5-1): then a batch whose MACs a
 * replica cannot check is not held for ever, and only what was really signed is held against the primary (amendment AG6).
 */
final class Invocations {
    /** Between two requests that have a witness, or a quarter less. */
    private static final long WITNESS = 50_000_000L;

    private final ClientNode node;
    private final ReplicaKeys keys;
    private final ArrayDeque<ClientEvent.Invoke> waiting = new ArrayDeque<>();
    private final List<ClientSession> sessions = new ArrayList<>();
    private long view;
    private long retransmissions;
    private long witnessAt;
    private int turn;

    Invocations(ClientNode node, ReplicaKeys keys) {
        this.node = node;
        this.keys = keys;
        for (int i = 0; i < node.settings.sessions(); i++) {
            sessions.add(new ClientSession());
        }
    }

    /** Takes an invocation, or refuses it at once. */
    void invoke(ClientEvent.Invoke invoke) {
        if (invoke.operation().length > Limits.OPERATION) {
            String text = "an operation of " + invoke.operation().length + " bytes; the limit is " + Limits.OPERATION;
            fail(invoke, Outcome.Reason.TOO_LONG, text);
            return;
        }
        if (waiting.size() >= node.settings.queue()) {
            fail(invoke, Outcome.Reason.BUSY, waiting.size() + " operations wait already; try again later");
            return;
        }
        waiting.add(invoke);
        startWaiting();
    }

    private void startWaiting() {
        while (!waiting.isEmpty()) {
            Optional<ClientSession> free = freeSession();
            if (free.isEmpty()) {
                return;
            }
            start(free.get(), waiting.remove());
        }
    }

    /** An open session before one that must be opened first. */
    private Optional<ClientSession> freeSession() {
        Optional<ClientSession> closed = Optional.empty();
        for (ClientSession session : sessions) {
            if (session.isFree() && session.isOpen()) {
                return Optional.of(session);
            }
            if (session.isFree() && closed.isEmpty()) {
                closed = Optional.of(session);
            }
        }
        return closed;
    }

    private void start(ClientSession session, ClientEvent.Invoke invoke) {
        session.take(invoke);
        if (session.isOpen()) {
            sendOperation(session, invoke);
        } else {
            session.opening(unusedName());
            Name name = new Name(session.id(), 0, node.freshId(), Request.Kind.OPEN);
            send(session, name, node.secrets.credential());
        }
    }

    private int unusedName() {
        int name = node.freshSession();
        for (ClientSession session : sessions) {
            if (session.id() == name) {
                return unusedName();
            }
        }
        return name;
    }

    private void sendOperation(ClientSession session, ClientEvent.Invoke invoke) {
        send(session, new Name(session.id(), session.base(), session.nextNumber(), invoke.kind()), invoke.operation());
    }

    /** What a request is called: its session and timestamp. */
    private record Name(int session, long base, long number, Request.Kind kind) {}

    private void send(ClientSession session, Name name, byte[] operation) {
        int replier = name.kind == Request.Kind.OPEN ? Request.ALL : nextReplier();
        Request request = new Request(name.session, name.base, name.number, name.kind, replier, operation, new byte[0]);
        Digest digest = request.digest(node.settings.client());
        boolean reads = name.kind == Request.Kind.READ;
        Outstanding outstanding =
                new Outstanding(name.kind == Request.Kind.OPEN ? signed(request, digest) : request, digest);
        session.sent(outstanding);
        setTimer(outstanding);
        if (reads) {
            sendToAll(outstanding);
        } else if (keys.isAway(primary())) {
            multicast(outstanding);
        } else if (request.isBig()) {
            sendToUsable(outstanding);
        } else if (keys.isUsable(primary())) {
            sendTo(primary(), outstanding);
            showWitness(outstanding.request());
        }
    }

    /**
     * Now and then another replica, drawn at random, gets a request as well and watches what becomes of it: the primary
     * does not know which (11-A3).
     */
    private void showWitness(Request r) {
        List<Integer> others =
                keys.usable().stream().filter(replica -> replica != primary()).toList();
        if (node.now() < witnessAt || others.isEmpty() || r.open()) {
            return;
        }
        witnessAt = node.now() + node.jittered(WITNESS);
        int witness = others.get(node.below(others.size()));
        Request copy =
                new Request(r.session(), r.base(), r.number(), r.kind(), Request.WITNESS, r.operation(), r.signature());
        node.emit(new ClientEffect.SendToReplica(witness, keys.authenticated(copy)));
    }

    /** Who is to send the result: by turns, so that each sends its share. */
    private int nextReplier() {
        List<Integer> usable = keys.usable();
        turn++;
        return usable.isEmpty() ? Request.ALL : usable.get(Math.floorMod(turn, usable.size()));
    }

    private Request signed(Request r, Digest digest) {
        byte[] signature = node.secrets.sign(Request.signedBytes(node.cluster, digest));
        return new Request(r.session(), r.base(), r.number(), r.kind(), r.replier(), r.operation(), signature);
    }

    private int primary() {
        return (int) (view % node.settings.replicas());
    }

    private void setTimer(Outstanding request) {
        long gap = request.nextGap(node.settings.retransmit(), node.settings.retransmitCap());
        request.dueAt(node.now() + node.jittered(gap));
    }

    private void sendTo(int replica, Outstanding request) {
        node.emit(new ClientEffect.SendToReplica(replica, keys.authenticated(request.request())));
    }

    /** Sends to all what was not answered in time. */
    void tick() {
        for (ClientSession session : sessions) {
            session.outstanding().filter(r -> r.isDue(node.now())).ifPresent(this::multicast);
        }
    }

    /** A connection broke: what the primary alone was sent goes to all at once. */
    void lost(int replica) {
        if (replica == primary()) {
            sessions.forEach(session ->
                    session.outstanding().filter(r -> !r.isMulticast()).ifPresent(this::multicast));
        }
    }

    /** Asks all, in order and each for the result: what was tried first did not do. */
    private void multicast(Outstanding request) {
        retransmissions++;
        setTimer(request);
        request.askInstead(inFull(request.request()));
        sendToAll(request);
    }

    private Request inFull(Request r) {
        Request.Kind kind = r.kind() == Request.Kind.READ ? Request.Kind.OPERATION : r.kind();
        Request full = new Request(r.session(), r.base(), r.number(), kind, Request.ALL, r.operation(), r.signature());
        return r.signature().length > 0 ? full : signed(full, full.digest(node.settings.client()));
    }

    private void sendToAll(Outstanding request) {
        request.multicast();
        sendToUsable(request);
    }

    private void sendToUsable(Outstanding request) {
        byte[] frame = keys.authenticated(request.request());
        for (int replica : keys.usable()) {
            node.emit(new ClientEffect.SendToReplica(replica, frame));
        }
    }

    /** The replica holds a new key: what it said under the old one is void, and what it should have goes to it. */
    void keyChanged(int replica) {
        for (ClientSession session : sessions) {
            session.outstanding().ifPresent(request -> {
                request.forget(replica);
                if (keys.isUsable(replica) && (replica == primary() || request.isForAll())) {
                    sendTo(replica, request);
                }
            });
        }
    }

    /** Takes a reply; says why if not. Looked for first and authenticated then: late replies cost nothing. */
    Optional<ClientDrop> reply(int replica, Envelope envelope, Reply reply) {
        Optional<ClientSession> asked = sessions.stream()
                .filter(s -> s.outstanding().filter(r -> r.isAnsweredBy(reply)).isPresent())
                .findFirst();
        if (asked.isEmpty()) {
            boolean late = sessions.stream().anyMatch(s -> s.isPast(reply));
            return Optional.of(late ? ClientDrop.LATE : ClientDrop.UNASKED);
        }
        Optional<ClientDrop> refused = keys.refuse(replica, envelope);
        if (refused.isPresent()) {
            return refused;
        }
        Optional<Outstanding.Agreed> agreed = asked.get().outstanding().flatMap(r -> r.add(replica, reply, node));
        agreed.ifPresentOrElse(
                a -> {
                    view = Math.max(view, a.view());
                    ended(asked.get(), a.reply());
                    startWaiting();
                },
                () -> asked.get()
                        .outstanding()
                        .filter(r -> r.isReadInVain(node))
                        .ifPresent(this::multicast));
        return Optional.empty();
    }

    /** A replica cannot tell that a request is this client's: it gets it signed; says why if not (amendment AG7). */
    Optional<ClientDrop> sign(int replica, Envelope envelope, SignatureAsked asked) {
        Optional<Outstanding> named = sessions.stream()
                .flatMap(session -> session.outstanding().stream())
                .filter(o -> o.isNamed(asked.request()))
                .findFirst();
        if (named.isEmpty()) {
            return Optional.of(ClientDrop.UNASKED);
        }
        Optional<ClientDrop> refused = keys.refuse(replica, envelope);
        if (refused.isEmpty()) {
            if (!named.get().maySign(replica, node.now())) {
                return Optional.of(ClientDrop.TOO_OFTEN);
            }
            Request r = named.get().request();
            named.get().askInstead(r.signature().length > 0 ? r : signed(r, r.digest(node.settings.client())));
            sendTo(replica, named.get());
        }
        return refused;
    }

    private void ended(ClientSession session, Reply reply) {
        ClientEvent.Invoke invoke = session.invocation().orElseThrow();
        boolean opening = session.isOpening();
        Optional<Long> base = opening ? Accepted.base(reply) : Optional.empty();
        if (base.isPresent()) {
            session.opened(base.get());
            sendOperation(session, invoke);
            return;
        }
        if (opening || Accepted.endsSession(reply)) {
            session.close();
        }
        if (opening && Accepted.isGone(reply)) {
            // Opened and gone before its answer came. The operation itself was not sent: another session takes it.
            start(session, invoke);
            return;
        }
        session.done();
        Outcome outcome = opening ? Accepted.notOpened(reply) : Accepted.outcome(reply);
        node.emit(new ClientEffect.Complete(invoke.token(), outcome));
    }

    private void fail(ClientEvent.Invoke invoke, Outcome.Reason reason, String text) {
        node.emit(new ClientEffect.Complete(invoke.token(), new Outcome.Failed(reason, text)));
    }

    /** The view that one correct replica at least has reached; only says whom to send to first. */
    long view() {
        return view;
    }

    int outstanding() {
        return (int) sessions.stream().filter(s -> s.outstanding().isPresent()).count();
    }

    int waiting() {
        return waiting.size();
    }

    long retransmissions() {
        return retransmissions;
    }
}
