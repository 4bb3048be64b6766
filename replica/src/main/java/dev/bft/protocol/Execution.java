package dev.bft.protocol;

import dev.bft.auth.ClientPrincipal;
import dev.bft.service.Call;
import dev.bft.service.ReadOnlyState;
import dev.bft.service.Service;
import dev.bft.service.ServiceException;
import dev.bft.state.PagedState;
import dev.bft.wire.Batch;
import dev.bft.wire.Digest;
import dev.bft.wire.Out;
import dev.bft.wire.Reply;
import dev.bft.wire.Request;
import dev.bft.wire.SignedRequest;
import java.nio.charset.StandardCharsets;
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
    private final Service service;
    private final PagedState state;
    private final Sessions sessions;
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
        this.service = service;
        this.state = state;
        this.executing = executing;
        this.sessions = new Sessions(state.protocol(), node.settings.sessions());
    }

    Sessions sessions() {
        return sessions;
    }

    /** Builds checkpoint 0. */
    void format() {
        service.format(state.service());
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
     * What the session's last number answers a request with: its reply, or that it stands for another operation. Tentative
     * while a batch is executed ahead: it may be what the answer rests on.
     */
    Optional<Reply> lastAnswer(SignedRequest request) {
        Optional<Reply> cached = cachedReply(request);
        Optional<Reply> answer = cached.isPresent() || !isReused(request)
                ? cached
                : Optional.of(reply(request, new Sessions.Answer(Reply.Outcome.TIMESTAMP_REUSED, new byte[0])));
        return ahead.isPresent() ? answer.map(Reply::asTentative) : answer;
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
     * Whether the session has executed this number or a later one: executing it would change nothing. Not if it was
     * executed ahead alone: its client still waits (3.2-3).
     */
    boolean isPast(SignedRequest request) {
        Request r = request.request();
        if (ahead.filter(a -> a.answers(request)).isPresent()) {
            return false;
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
        return isSpent(open)
                ? Optional.of(new Sessions.Answer(Reply.Outcome.SESSION_GONE, new byte[0]))
                : Optional.empty();
    }

    /** Whether there is a session of this name, whatever its base. */
    boolean isLive(SignedRequest request) {
        return sessions.find(SessionId.of(request)).isPresent();
    }

    /** Whether the request is for a session that is not, or no longer, open as it says. */
    boolean isGone(SignedRequest request) {
        Request r = request.request();
        Optional<Integer> slot = sessions.find(SessionId.of(request));
        return !r.open() && slot.filter(s -> sessions.base(s) == r.base()).isEmpty();
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
        if (isSpent(request)) {
            return openedBefore(request);
        }
        SessionId session = SessionId.of(request);
        long nonce = request.request().number();
        long recent = seqno - 2 * node.settings.checkpointPeriod();
        Optional<Long> base =
                sessions.open(session, new Sessions.Opening(nonce, client.get().verifyKey(), seqno, recent));
        if (base.isEmpty()) {
            return Optional.of(new Sessions.Answer(Reply.Outcome.TABLE_FULL, new byte[0]));
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
        Optional<Integer> slot = sessions.find(SessionId.of(request));
        if (slot.isEmpty() || sessions.base(slot.get()) != r.base()) {
            return Optional.of(new Sessions.Answer(Reply.Outcome.SESSION_GONE, new byte[0]));
        }
        int s = slot.get();
        if (r.number() < sessions.last(s)) {
            return Optional.empty();
        }
        if (r.number() == sessions.last(s)) {
            return Optional.of(
                    sessions.lastRequest(s).equals(request.digest())
                            ? sessions.cached(s)
                            : new Sessions.Answer(Reply.Outcome.TIMESTAMP_REUSED, new byte[0]));
        }
        Call call = new Call(request.client(), sessions.agreedTime(), value);
        Sessions.Answer answer = upcall(call, r.operation());
        sessions.executed(s, new Position(seqno, r.number()), request.digest(), answer);
        executed(seqno, request, r.base());
        return Optional.of(answer);
    }

    private void executed(long seqno, SignedRequest request, long base) {
        Request r = request.request();
        long time = sessions.agreedTime();
        facts.add(new Fact.Executed(seqno, time, request.client(), r.session(), base, r.number(), request.digest()));
    }

    /** What the service adds to the time of the next batch; nothing if it fails over it. */
    byte[] propose() {
        try {
            byte[] value = service.propose(new ReadOnlyState(state.service()));
            return value.length <= Service.PROPOSAL_MAX ? value : new byte[0];
        } catch (RuntimeException e) {
            // A bug of the service: what it would have proposed is missing, and it says itself whether it can do
            // without.
            return new byte[0];
        }
    }

    /** Whether the service can live with what another proposed; not if it fails over it. */
    boolean accepts(byte[] value) {
        try {
            return service.accepts(value, new ReadOnlyState(state.service()));
        } catch (RuntimeException e) {
            // A bug of the service, or a lie that it did not expect: another primary may propose something else.
            return false;
        }
    }

    /** Answers a request that reads only, from the state as it is; empty if it would write (section 3.9). */
    Optional<Reply> read(SignedRequest request) {
        Request r = request.request();
        try {
            return service.read(request.client(), r.operation(), new ReadOnlyState(state.service()))
                    .filter(result -> result.length <= Service.RESULT_MAX)
                    .map(result -> read(request, new Sessions.Answer(Reply.Outcome.OK, result)));
        } catch (ServiceException e) {
            byte[] text = String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8);
            return Optional.of(read(request, new Sessions.Answer(Reply.Outcome.FAILED, text)));
        } catch (RuntimeException e) {
            // A bug of the service, or a write: ordered, it has a result.
            return Optional.empty();
        }
    }

    private Reply read(SignedRequest request, Sessions.Answer answer) {
        return reply(request, answer).asRead();
    }

    private Sessions.Answer upcall(Call call, byte[] operation) {
        state.mark();
        try {
            byte[] result = service.execute(call, operation, state.service());
            if (result.length > Service.RESULT_MAX) {
                return failed("operation failed: its result is too long");
            }
            state.release();
            return new Sessions.Answer(Reply.Outcome.OK, result);
        } catch (ServiceException e) {
            return failed(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            // A bug of the service hits all replicas alike: a result, not a death (decisions 9).
            return failed("operation failed: " + e.getClass().getSimpleName());
        }
    }

    private Sessions.Answer failed(String text) {
        state.undo();
        return new Sessions.Answer(Reply.Outcome.FAILED, text.getBytes(StandardCharsets.UTF_8));
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
        return isSignedBy(new ClientPrincipal(request.client(), sessions.verifyKey(slot.get())), request);
    }

    /** Whether this client signed the request. */
    boolean isSignedBy(ClientPrincipal client, SignedRequest request) {
        byte[] signature = request.request().signature();
        return signature.length > 0
                && node.publicKeys.clientSigned(client, Request.signedBytes(node.cluster, request.digest()), signature);
    }
}
