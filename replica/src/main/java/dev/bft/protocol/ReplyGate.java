package dev.bft.protocol;

import dev.bft.wire.Batch;
import dev.bft.wire.Digest;
import dev.bft.wire.Reply;
import dev.bft.wire.Request;
import dev.bft.wire.SignedRequest;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * When replies may leave (sections 3.7, 4.6): not before what they rest on is on disk, that its batch committed or, if it
 * is executed ahead, that it prepared (amendments AG2, AG12).
 */
final class ReplyGate {
    private final Node node;
    private final Log log;
    private final RequestQueue queue;
    private final Execution execution;
    /** Requests whose replies wait until the disk knows that their batch committed. */
    private final TreeSet<Digest> waiting = new TreeSet<>();
    /** Whether the replies of the batch that is executed ahead have left. */
    private boolean told;
    /** What was executed before a fetched state took its place is executed again, and answered no second time (RC5). */
    private long answered;

    ReplyGate(Node node, Views.Books books) {
        this.node = node;
        this.log = books.log();
        this.queue = books.queue();
        this.execution = books.execution();
    }

    /** The answer to a request whose number was executed last, unless what it may rest on is not on disk yet. */
    Optional<Reply> lastAnswer(SignedRequest request) {
        boolean held = isReplaying() || waiting.contains(request.digest()) || (execution.isAhead() && !told);
        return held ? Optional.empty() : execution.lastAnswer(request).filter(this::mayLeave);
    }

    /** What was refused may have been over any batch; a result rests on the one that holds its request. */
    private boolean mayLeave(Reply reply) {
        return switch (reply.outcome()) {
            case OK, FAILED, TABLE_FULL, RESULT_DROPPED -> true;
            case SESSION_GONE, TIMESTAMP_REUSED, CREDENTIAL_EXPIRED, CREDENTIAL_REVOKED -> waiting.isEmpty();
        };
    }

    /** Whether no reply waits for the disk: what comes after one that does rests on it, and may hold its requests again. */
    boolean isOpen() {
        return waiting.isEmpty();
    }

    /** The replies to a batch wait until it is on disk that it committed. */
    void hold(Batch batch) {
        batch.requests().forEach(r -> waiting.add(r.digest()));
    }

    /** It is on disk that a batch committed: the replies that waited for that leave. */
    void durable(Disk.DecidedDurable done, BiConsumer<SignedRequest, Reply> replies) {
        done.requests().forEach(r -> waiting.remove(r.digest()));
        done.replies().forEach(a -> replies.accept(a.request(), a.reply()));
    }

    /** Whether this batch was answered before: tentatively, or on a state that was fetched anew since. */
    boolean hasTold(long seqno, Digest batch) {
        return seqno <= answered || (told && execution.isAhead(seqno, batch));
    }

    /** A fetched checkpoint is about to take the place of the state, wherever that was. */
    void startOver() {
        answered = Math.max(answered, log.executed());
    }

    /**
     * Whether this replica was further than it is: it says nothing of its state, neither replies nor checkpoints, before
     * it is there again (amendment RC5).
     */
    boolean isReplaying() {
        return log.executed() < answered;
    }

    /**
     * Executes what prepared next, before it commits (4.6). The tentative replies leave once it is on disk that it
     * prepared (amendment AG2).
     */
    void runAhead(BiConsumer<SignedRequest, Reply> replies) {
        Optional<Slot> next = log.find(log.executed() + 1)
                .filter(slot ->
                        node.isActive() && slot.prepared && slot.seqno > answered && isOpen() && !log.isHalted());
        if (next.isEmpty()) {
            return;
        }
        Slot slot = next.get();
        if (!execution.isAhead()) {
            told = false;
            execution.executeAhead(slot.seqno, slot.batch().orElseThrow());
            log.raiseReadFloor(slot.seqno);
        }
        if (!told && slot.preparedDurable) {
            told = true;
            queued(execution.answersAhead()).forEach(a -> replies.accept(a.request(), a.reply()));
        }
    }

    /**
     * A batch was executed: nobody waits for its requests any more, nor for those of a client that it revoked, which a
     * primary that executed it first proposes no more.
     */
    List<Execution.Answered> executed(Batch batch, List<Execution.Answered> answers) {
        List<Execution.Answered> own = queued(answers);
        batch.requests().forEach(queue::executed);
        if (answers.stream().anyMatch(ReplyGate::revokes)) {
            queue.prune(execution::isPast);
        }
        return own;
    }

    private static boolean revokes(Execution.Answered answer) {
        return answer.request().request().kind() == Request.Kind.REVOKE
                && answer.reply().outcome() == Reply.Outcome.OK;
    }

    /** With the queue's copies of the requests: they have MACs of the keys that clients use now. */
    private List<Execution.Answered> queued(List<Execution.Answered> answers) {
        return answers.stream()
                .map(a -> new Execution.Answered(
                        queue.find(SessionId.of(a.request()), a.request().digest())
                                .orElse(a.request()),
                        a.reply()))
                .toList();
    }
}
