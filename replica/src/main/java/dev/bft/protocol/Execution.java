package dev.bft.protocol;

import dev.bft.auth.ClientPrincipal;
import dev.bft.service.Call;
import dev.bft.service.Service;
import dev.bft.state.PagedState;
import dev.bft.wire.Batch;
import dev.bft.wire.Digest;
import dev.bft.wire.Out;
import dev.bft.wire.Reply;
import dev.bft.wire.Request;
import dev.bft.wire.SignedRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Executes batches in order on the replicated state (section 4.6): those that committed, and one ahead that only
 * prepared, which can be undone (4.7). Deterministic: what it does depends on the batch and the state alone. Exactly-once
 * is decided here, against the reply cache in the state (3.3).
 */
final class Execution {
    private final Node node;
    private final Upcalls upcalls;
    private final PagedState state;
    private final Sessions sessions;
    private final Revoking revoking;
    private final LongConsumer executing;
    private final List<Fact> facts = new ArrayList<>();
    private Optional<Ahead> ahead = Optional.empty();

    /** A batch executed ahead of its commitment: what came of it, and what is to be reported once it commits. */
    private record Ahead(long seqno, Digest batch, List<Answered> answers, List<Fact> facts) {
        boolean answers(SignedRequest request) {
            return answers.stream().anyMatch(a -> a.request().digest().equals(request.digest()));
        }
    }

    /** Where in the order an operation stands: its batch, and its number within the session. */
    record Position(long seqno, long number) {}

    /** A reply for a client. */
    record Answered(SignedRequest request, Reply reply) {}

    Execution(Node node, Service service, PagedState state, LongConsumer executing) {
        this.node = node;
        this.upcalls = new Upcalls(service, state);
        this.state = state;
        this.executing = executing;
        this.sessions = new Sessions(state.protocol(), node.settings.sessions());
        this.revoking = new Revoking(node, sessions, facts::add);
    }

    Sessions sessions() {
        return sessions;
    }

    /**
     * Executes a batch that committed, or keeps what was executed ahead, if it was this one; the replies are in the order
     * of the requests.
     */
    List<Answered> execute(long seqno, Batch batch) {
        if (isAhead(seqno, batch.digest())) {
            Ahead done = ahead.orElseThrow();
            state.release();
            ahead = Optional.empty();
            done.facts.forEach(node.out::report);
            return done.answers;
        }
        rollBack();
        List<Answered> answers = run(seqno, batch);
        takeFacts().forEach(node.out::report);
        return answers;
    }

    /** Executes a batch that only prepared; what is said of it is tentative until it commits. */
    void executeAhead(long seqno, Batch batch) {
        Invariant.check(ahead.isEmpty(), "one batch at most is executed ahead");
        state.mark();
        List<Answered> answers = run(seqno, batch);
        ahead = Optional.of(new Ahead(seqno, batch.digest(), answers, takeFacts()));
        node.out.report(new Fact.ExecutedAhead(seqno, batch.digest()));
    }

    /** Undoes what was executed ahead: the state is that after the last committed batch (4.7). */
    void rollBack() {
        if (ahead.isPresent()) {
            state.undo();
            sessions.rebuild();
            node.out.report(new Fact.RolledBack(ahead.get().seqno));
            ahead = Optional.empty();
        }
    }

    /** Whether a batch is executed ahead. */
    boolean isAhead() {
        return ahead.isPresent();
    }

    /** Whether this one is. */
    boolean isAhead(long seqno, Digest batch) {
        return ahead.filter(a -> a.seqno == seqno && a.batch.equals(batch)).isPresent();
    }

    /** The replies of the batch executed ahead. */
    List<Answered> answersAhead() {
        return ahead.map(Ahead::answers).orElse(List.of()).stream()
                .map(a -> new Answered(a.request(), a.reply().asTentative()))
                .toList();
    }

    private List<Fact> takeFacts() {
        List<Fact> taken = List.copyOf(facts);
        facts.clear();
        return taken;
    }

    private List<Answered> run(long seqno, Batch batch) {
        List<Answered> replies = new ArrayList<>();
        executing.accept(seqno);
        if (!batch.requests().isEmpty()) {
            sessions.advanceTime(batch.proposedTime());
        }
        for (SignedRequest request : batch.requests()) {
            Optional<Sessions.Answer> answer =
                    request.request().open() ? open(seqno, request) : invoke(seqno, request, batch.proposedValue());
            answer.ifPresent(a -> replies.add(new Answered(request, reply(request, a))));
        }
        executing.accept(0);
        return replies;
    }

    /** The reply to a request that was executed before, if the cache still holds it (3.2-3). */
    Optional<Reply> cachedReply(SignedRequest request) {
        Request r = request.request();
        if (r.open()) {
            return openedBefore(request).map(answer -> reply(request, answer));
        }
        Optional<Integer> slot = sessions.find(SessionId.of(request));
        if (slot.isEmpty()) {
            return Optional.empty();
        }
        int s = slot.get();
        boolean same = sessions.base(s) == r.base()
                && sessions.last(s) == r.number()
                && sessions.lastRequest(s).equals(request.digest());
        return same ? Optional.of(reply(request, sessions.cached(s))) : Optional.empty();
    }

    /**
     * What the session answers a request with: the reply to its last number, or that this stands for another operation, or
     * that its client is revoked. Tentative while a batch is executed ahead: it may be what the answer rests on.
     */
    Optional<Reply> lastAnswer(SignedRequest request) {
        Optional<Reply> cached = cachedReply(request);
        Optional<Reply> answer = cached.or(() -> unexecuted(request).map(a -> reply(request, a)));
        return ahead.isPresent() ? answer.map(Reply::asTentative) : answer;
    }

    /** Why a request will never be executed, if that is certain before it is ordered. */
    private Optional<Sessions.Answer> unexecuted(SignedRequest request) {
        return isReused(request) ? Optional.of(Sessions.Answer.of(Reply.Outcome.TIMESTAMP_REUSED)) : revoked(request);
    }

    /** That the root revoked the client (decisions 0.5-11). */
    private Optional<Sessions.Answer> revoked(SignedRequest request) {
        return sessions.isRevoked(request.client())
                ? Optional.of(Sessions.Answer.of(Reply.Outcome.CREDENTIAL_REVOKED))
                : Optional.empty();
    }

    /** That the client's credential has expired: by agreed time, so that all say the same (decisions 0.5-11). */
    private Optional<Sessions.Answer> expired(ClientPrincipal client) {
        return client.isExpired(sessions.agreedTime())
                ? Optional.of(Sessions.Answer.of(Reply.Outcome.CREDENTIAL_EXPIRED))
                : Optional.empty();
    }

    /** The session of a request, if it is open as the request says. */
    private Optional<Integer> open(SignedRequest request) {
        return sessions.find(SessionId.of(request))
                .filter(s -> sessions.base(s) == request.request().base());
    }

    /** Whether the session has executed another operation under this number (amendment AG9). */
    private boolean isReused(SignedRequest request) {
        Request r = request.request();
        return !r.open()
                && sessions.find(SessionId.of(request))
                        .filter(s -> sessions.base(s) == r.base()
                                && sessions.last(s) == r.number()
                                && !sessions.lastRequest(s).equals(request.digest()))
                        .isPresent();
    }

    /**
     * Whether the session has executed this number or a later one, or its client is revoked: executing it would change
     * nothing. Not if it was executed ahead alone: its client still waits (3.2-3).
     */
    boolean isPast(SignedRequest request) {
        Request r = request.request();
        if (ahead.filter(a -> a.answers(request)).isPresent()) {
            return false;
        }
        if (ahead.isEmpty() && sessions.isRevoked(request.client())) {
            return true;
        }
        if (r.open()) {
            return isSpent(request);
        }
        return sessions.find(SessionId.of(request))
                .filter(s -> sessions.base(s) == r.base() && sessions.last(s) >= r.number())
                .isPresent();
    }

    /** Whether this OPEN, or a later one of the session, took effect already (amendment AG8). */
    private boolean isSpent(SignedRequest open) {
        SessionId session = SessionId.of(open);
        long nonce = open.request().number();
        return sessions.isSpent(session, nonce)
                || sessions.find(session)
                        .filter(s -> sessions.nonce(s) >= nonce)
                        .isPresent();
    }

    /** What came of a spent OPEN: the session, or that it is gone; nothing for one that a later OPEN replaced. */
    private Optional<Sessions.Answer> openedBefore(SignedRequest open) {
        Optional<Integer> live = sessions.find(SessionId.of(open));
        if (live.isPresent()) {
            return live.filter(s -> sessions.nonce(s) == open.request().number())
                    .map(this::opened);
        }
        return isSpent(open) ? Optional.of(Sessions.Answer.of(Reply.Outcome.SESSION_GONE)) : Optional.empty();
    }

    /** Whether there is a session of this name, whatever its base. */
    boolean isLive(SignedRequest request) {
        return sessions.find(SessionId.of(request)).isPresent();
    }

    /** Whether the request is for a session that is not, or no longer, open as it says. */
    boolean isGone(SignedRequest request) {
        Request r = request.request();
        return !r.open() && open(request).isEmpty();
    }

    private Reply reply(SignedRequest request, Sessions.Answer answer) {
        Request r = request.request();
        return new Reply(
                node.view(), r.session(), r.base(), r.number(), request.digest(), answer.outcome(), answer.result());
    }

    private Sessions.Answer opened(int slot) {
        return new Sessions.Answer(
                Reply.Outcome.OK, new Out(8).i64(sessions.base(slot)).toBytes());
    }

    private Optional<Sessions.Answer> open(long seqno, SignedRequest request) {
        Optional<ClientPrincipal> client = signer(request);
        if (client.isEmpty()) {
            return Optional.empty();
        }
        Optional<Sessions.Answer> revoked = revoked(request);
        if (revoked.isPresent()) {
            return revoked;
        }
        if (isSpent(request)) {
            return openedBefore(request);
        }
        Optional<Sessions.Answer> expired = expired(client.get());
        if (expired.isPresent()) {
            return expired;
        }
        SessionId session = SessionId.of(request);
        long nonce = request.request().number();
        long recent = seqno - 2 * node.settings.checkpointPeriod();
        Optional<Long> base = sessions.open(session, new Sessions.Opening(nonce, client.get(), seqno, recent));
        if (base.isEmpty()) {
            return Optional.of(Sessions.Answer.of(Reply.Outcome.TABLE_FULL));
        }
        executed(seqno, request, 0);
        return Optional.of(
                new Sessions.Answer(Reply.Outcome.OK, new Out(8).i64(base.get()).toBytes()));
    }

    /** The client that signed this OPEN with the key of the credential in it (amendment AG8). */
    Optional<ClientPrincipal> signer(SignedRequest open) {
        byte[] signed = Request.signedBytes(node.cluster, open.digest());
        return node.publicKeys
                .credential(open.request().operation())
                .filter(client -> client.id() == open.client())
                .filter(client -> node.publicKeys.clientSigned(
                        client, signed, open.request().signature()));
    }

    private Optional<Sessions.Answer> invoke(long seqno, SignedRequest request, byte[] value) {
        Request r = request.request();
        Optional<Integer> slot = open(request);
        if (slot.isEmpty()) {
            return revoked(request).or(() -> Optional.of(Sessions.Answer.of(Reply.Outcome.SESSION_GONE)));
        }
        int s = slot.get();
        if (r.number() < sessions.last(s)) {
            return Optional.empty();
        }
        if (r.number() == sessions.last(s)) {
            return Optional.of(
                    sessions.lastRequest(s).equals(request.digest())
                            ? sessions.cached(s)
                            : Sessions.Answer.of(Reply.Outcome.TIMESTAMP_REUSED));
        }
        Optional<Sessions.Answer> expired = expired(sessions.client(s));
        if (expired.isPresent()) {
            return expired;
        }
        if (r.kind() == Request.Kind.REVOKE) {
            return Optional.of(revoke(seqno, request, s));
        }
        Call call = new Call(request.client(), sessions.agreedTime(), value);
        Sessions.Answer answer = upcalls.execute(call, r.operation());
        sessions.executed(s, new Position(seqno, r.number()), request.digest(), answer);
        executed(seqno, request, r.base());
        return Optional.of(answer);
    }

    private Sessions.Answer revoke(long seqno, SignedRequest request, int slot) {
        Sessions.Answer answer = revoking.execute(seqno, request);
        if (!sessions.isRevoked(request.client())) {
            sessions.executed(slot, new Position(seqno, request.request().number()), request.digest(), answer);
        }
        // Else it revoked itself, and has no session to remember the answer in.
        return answer;
    }

    private void executed(long seqno, SignedRequest request, long base) {
        Request r = request.request();
        long time = sessions.agreedTime();
        facts.add(new Fact.Executed(seqno, time, request.client(), r.session(), base, r.number(), request.digest()));
    }

    /** The calls of the service that belong to no batch. */
    Upcalls upcalls() {
        return upcalls;
    }

    /**
     * Answers a request that reads only, from the state as it is (section 3.9). Empty if it would write, and if it is not
     * certain that its client may read: asked for in order it has an answer that all agree on.
     */
    Optional<Reply> read(SignedRequest request) {
        Optional<Integer> slot = open(request);
        if (slot.isEmpty()) {
            return revoked(request).map(answer -> reply(request, answer).asRead());
        }
        ClientPrincipal client = sessions.client(slot.get());
        boolean mayHaveExpired = !client.isExpired(sessions.agreedTime()) && client.isExpired(node.wall);
        return expired(client)
                .or(() -> mayHaveExpired
                        ? Optional.empty()
                        : upcalls.read(request.client(), request.request().operation()))
                .map(answer -> reply(request, answer).asRead());
    }

    /** Whether the client of a session signed this request, by the key kept with the session. */
    boolean signedByClient(SignedRequest request) {
        if (request.request().signature().length == 0) {
            return false;
        }
        if (request.request().open()) {
            return signer(request).isPresent();
        }
        Optional<Integer> slot = sessions.find(SessionId.of(request));
        if (slot.isEmpty()) {
            return false;
        }
        return isSignedBy(sessions.client(slot.get()), request);
    }

    /** Whether this client signed the request. */
    boolean isSignedBy(ClientPrincipal client, SignedRequest request) {
        byte[] signature = request.request().signature();
        return signature.length > 0
                && node.publicKeys.clientSigned(client, Request.signedBytes(node.cluster, request.digest()), signature);
    }
}
