package dev.bft.protocol;

import dev.bft.auth.ClientKeys;
import dev.bft.auth.Verdict;
import dev.bft.wire.Batch;
import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import dev.bft.wire.Message;
import dev.bft.wire.PrePrepare;
import dev.bft.wire.SignedRequest;
import dev.bft.wire.Vote;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The three phases (sections 4.2-4.4): one vote a seqno and view, nothing said before it is on disk (AG12).
 *
 * <p>Its methods change slots and send votes; whether something committed is asked of the slots afterwards.
 */
final class Agreement {
    /**
     * Bytes of requests between two checkpoints after which the primary fills up the rest with null batches: the log
     * is on the heap, and K batches of 1 MiB are more than that holds.
     */
    private static final long EPOCH_BYTES = 16L << 20;

    /** A log that a correct primary never fills; whatever a faulty one proposes beyond it is not taken. */
    private static final long LOG_BYTES = 3 * EPOCH_BYTES;

    private final Node node;
    private final Log log;
    private final Execution execution;
    private final RequestQueue queue;
    private final ClientKeys clientKeys;
    private final Amnesia amnesia;
    /** Seqnos whose proposal waits until its requests are known to be authentic (3.6). */
    private final TreeSet<Long> held = new TreeSet<>();

    Agreement(Node node, Log log, Execution execution, Clients clients, Amnesia amnesia) {
        this.node = node;
        this.log = log;
        this.execution = execution;
        this.queue = clients.queue();
        this.clientKeys = clients.keys();
        this.amnesia = amnesia;
    }

    /** What the primary and the backups know of clients. */
    record Clients(RequestQueue queue, ClientKeys keys) {}

    /** The primary proposes what its queue holds, as far as window and log allow (4.2). */
    void propose() {
        while (mayPropose()) {
            Settings settings = node.settings;
            long next = nextSeqno();
            List<SignedRequest> requests =
                    isEpochFull(next) ? List.of() : queue.take(settings.batchRequests(), settings.batchBytes());
            Slot slot = log.slot(next);
            slot.accept(Batch.of(requests, new byte[0]));
            slot.proposed = true;
            vote(slot);
        }
    }

    private boolean isEpochFull(long seqno) {
        long period = node.settings.checkpointPeriod();
        return log.bytesAbove((seqno - 1) / period * period) >= EPOCH_BYTES;
    }

    private boolean mayPropose() {
        long next = nextSeqno();
        return node.isPrimary()
                && queue.waiting() > 0
                && next <= log.executed() + node.settings.window()
                && log.inWindow(next)
                && amnesia.mayVote(next, log.stable());
    }

    private long nextSeqno() {
        return Math.max(log.lastVoted(), log.executed()) + 1;
    }

    /** A PRE-PREPARE from the primary (4.3). */
    boolean onPrePrepare(int sender, PrePrepare m) {
        if (sender != node.primary() || node.isPrimary()) {
            return node.out.drop(Drop.WRONG_SENDER);
        }
        if (m.view() != node.view()) {
            return node.out.drop(Drop.WRONG_VIEW);
        }
        if (!log.inWindow(m.seqno()) || m.seqno() <= log.executed()) {
            return node.out.drop(Drop.OUT_OF_WINDOW);
        }
        Slot slot = log.slot(m.seqno());
        if (slot.batch().isPresent() && !slot.digest().equals(m.batch().digest())) {
            node.out.report(new Fact.Alarm("the primary proposed two batches for seqno " + m.seqno()));
            return node.out.drop(Drop.CONFLICT);
        }
        if (slot.proposed) {
            return node.out.drop(Drop.DUPLICATE);
        }
        if (slot.batch().isEmpty() && log.bytesAbove(log.stable()) + m.batch().size() > LOG_BYTES) {
            return node.out.drop(Drop.FULL);
        }
        slot.accept(m.batch());
        slot.proposed = true;
        voteIfAuthentic(slot);
        checkPrepared(slot);
        return true;
    }

    /** A PREPARE or COMMIT (4.4). */
    boolean onVote(int sender, Vote m) {
        if (m.view() != node.view()) {
            return node.out.drop(Drop.WRONG_VIEW);
        }
        if (!log.inWindow(m.seqno())) {
            return node.out.drop(Drop.OUT_OF_WINDOW);
        }
        if (m.type() == Message.Type.PREPARE && sender == node.primary()) {
            return node.out.drop(Drop.WRONG_SENDER);
        }
        if (m.batch().equals(Digest.ZERO)) {
            return node.out.drop(Drop.MALFORMED);
        }
        Slot slot = log.slot(m.seqno());
        Votes votes = m.type() == Message.Type.PREPARE ? slot.prepares : slot.commits;
        if (votes.differs(sender, m.batch())) {
            return node.out.drop(Drop.CONFLICT);
        }
        if (!votes.put(sender, m.batch())) {
            return node.out.drop(Drop.DUPLICATE);
        }
        if (m.type() == Message.Type.PREPARE) {
            voteIfAuthentic(slot);
            checkPrepared(slot);
        }
        checkCommitted(slot);
        return true;
    }

    /** A request became known, or a session was opened: a held proposal may be authentic now. */
    void retryHeld() {
        if (held.isEmpty()) {
            return;
        }
        for (long seqno : List.copyOf(held)) {
            Optional<Slot> slot = log.find(seqno);
            held.remove(seqno);
            slot.ifPresent(this::voteIfAuthentic);
        }
    }

    /**
     * Amnesia is over: what came meanwhile and was only watched gets this replica's vote. It may be needed, and
     * nobody sends the proposals again to one that holds them.
     */
    void voteAgain() {
        for (Slot slot : List.copyOf(log.open())) {
            slot.prepared &= slot.voted || slot.committed;
            voteIfAuthentic(slot);
        }
    }

    private void voteIfAuthentic(Slot slot) {
        if (slot.voted || slot.batch().isEmpty() || !slot.proposed || slot.seqno <= log.executed()) {
            return;
        }
        if (!amnesia.mayVote(slot.seqno, log.stable())) {
            return;
        }
        if (isAuthentic(slot)) {
            held.remove(slot.seqno);
            vote(slot);
        } else {
            held.add(slot.seqno);
        }
    }

    /** 3.6: (a) every request verified here, or (b) f+1 replicas vouch for the batch, the primary among them. */
    private boolean isAuthentic(Slot slot) {
        Batch batch = slot.batch().orElseThrow();
        if (1 + slot.prepares.count(batch.digest()) >= node.quorums.weak()) {
            return true;
        }
        for (SignedRequest request : batch.requests()) {
            if (!isAuthentic(request) && !isHarmless(slot, request)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether the request will change nothing because its session is gone, whoever sent it. Nobody may be left who
     * could prove it authentic: the session took the client's public key with it. Certain only when all before it
     * is executed, and the batch itself does not open the session.
     */
    private boolean isHarmless(Slot slot, SignedRequest request) {
        SessionId session = SessionId.of(request);
        return slot.seqno == log.executed() + 1
                && execution.isGone(request)
                && slot.batch().orElseThrow().requests().stream()
                        .noneMatch(r -> r.request().open() && SessionId.of(r).equals(session));
    }

    private boolean isAuthentic(SignedRequest request) {
        Envelope envelope = request.envelope();
        if (!envelope.isOf(node.cluster) || request.client() < node.replicas()) {
            return false;
        }
        if (queue.holds(SessionId.of(request), request.digest())
                || execution.cachedReply(request).isPresent()) {
            return true;
        }
        boolean mac = clientKeys
                .of(envelope)
                .map(key -> clientKeys.verifies(envelope, key))
                .orElse(false);
        return mac || execution.signedByClient(request);
    }

    /** Checks a frame that came straight from a client. */
    Verdict checkRequest(SignedRequest request) {
        Optional<ClientKeys.ClientKeyEntry> key = clientKeys.of(request.envelope());
        if (key.isEmpty()) {
            return Verdict.STALE_KEY;
        }
        return clientKeys.verifies(request.envelope(), key.get()) ? Verdict.AUTHENTIC : Verdict.FORGED;
    }

    private void vote(Slot slot) {
        Invariant.check(!slot.voted, "one vote a seqno");
        slot.voted = true;
        Batch batch = slot.batch().orElseThrow();
        node.disk.append(
                new VoteRecord.Voted(node.view(), slot.seqno, batch).toBytes(), new Disk.VoteDurable(slot.seqno));
    }

    /** My vote is on disk: tell the others. */
    void voteDurable(long seqno) {
        log.find(seqno).ifPresent(slot -> {
            slot.voteDurable = true;
            if (!node.isPrimary()) {
                slot.prepares.put(node.me(), slot.digest());
            }
            node.multicast(statement(slot));
            checkPrepared(slot);
        });
    }

    /** My PRE-PREPARE or PREPARE for a slot I voted for. */
    Message statement(Slot slot) {
        return node.isPrimary()
                ? new PrePrepare(node.view(), slot.seqno, slot.batch().orElseThrow())
                : new Vote(Message.Type.PREPARE, node.view(), slot.seqno, slot.digest());
    }

    /** My COMMIT for a slot I prepared. */
    Vote commit(Slot slot) {
        return new Vote(Message.Type.COMMIT, node.view(), slot.seqno, slot.digest());
    }

    /** PRE-PREPARE and 2f PREPAREs: prepared. One that may not vote prepares on the others' votes alone. */
    private void checkPrepared(Slot slot) {
        boolean mayVote = amnesia.mayVote(slot.seqno, log.stable());
        boolean proposal = slot.batch().isPresent() && (slot.proposed || slot.voteDurable);
        if (slot.prepared || !proposal || (mayVote && !slot.voteDurable)) {
            return;
        }
        if (slot.prepares.count(slot.digest()) < node.quorums.prepares()) {
            return;
        }
        slot.prepared = true;
        if (mayVote) {
            node.disk.append(
                    new VoteRecord.Prepared(node.view(), slot.seqno, slot.digest()).toBytes(),
                    new Disk.PreparedDurable(slot.seqno));
        } else {
            checkCommitted(slot);
        }
    }

    /** That I prepared is on disk: COMMIT. */
    void preparedDurable(long seqno) {
        log.find(seqno).ifPresent(slot -> {
            slot.preparedDurable = true;
            slot.commits.put(node.me(), slot.digest());
            node.multicast(commit(slot));
            checkCommitted(slot);
        });
    }

    /** Prepared here, and 2f+1 COMMITs: committed. */
    private void checkCommitted(Slot slot) {
        boolean own = slot.preparedDurable || !amnesia.mayVote(slot.seqno, log.stable());
        if (slot.committed || !slot.prepared || !own) {
            return;
        }
        slot.committed = slot.commits.count(slot.digest()) >= node.quorums.strong();
    }

    /** New keys for all: what was collected under the old ones and is not complete is forgotten (2.4). */
    void forgetIncomplete() {
        for (Slot slot : log.slots()) {
            slot.forgetIncomplete(node.me());
        }
        held.clear();
    }

    /** A new key for one replica. */
    void forgetIncompleteOf(int sender) {
        for (Slot slot : log.slots()) {
            slot.forgetIncompleteOf(sender, sender == node.primary());
        }
    }

    /** Forgets held proposals up to a seqno. */
    void cut(long seqno) {
        held.headSet(seqno, true).clear();
    }
}
