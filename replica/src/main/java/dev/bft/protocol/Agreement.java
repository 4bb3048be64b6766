package dev.bft.protocol;

import dev.bft.wire.Batch;
import dev.bft.wire.Body;
import dev.bft.wire.Decided;
import dev.bft.wire.Digest;
import dev.bft.wire.Message;
import dev.bft.wire.PrePrepare;
import dev.bft.wire.SignedRequest;
import dev.bft.wire.Vote;
import java.util.List;
import java.util.Optional;

/**
 * The three phases (sections 4.2-4.4): one vote a seqno and view, nothing said before it is on disk (AG12); and
 * commitment on the others' evidence, in whatever view (AG5).
 *
 * <p>Its methods change slots and send votes; whether something committed is asked of the slots afterwards.
 */
final class Agreement {
    /** What a PREPARE counts among the early messages. */
    private static final int VOTE_BYTES = 128;

    private final Node node;
    private final Log log;
    private final RequestQueue queue;
    private final Amnesia amnesia;
    private final EarlyMessages early;
    private final HeldProposals held;
    private final Nondet nondet;
    private final Incomplete incomplete;
    private final LogRoom room;
    private final Commitment commitment;
    private final Telling telling;
    /** The first seqno that the NEW-VIEW left free (max); 1 in view 0. */
    private long viewEnd = 1;
    /** What is agreed on beside requests, when COMMITs are told, what is held. */
    record Beside(Nondet nondet, Telling telling, HeldProposals held) {}

    Agreement(Node node, Log log, RequestQueue queue, Amnesia amnesia, Beside beside) {
        this.node = node;
        this.log = log;
        this.queue = queue;
        this.amnesia = amnesia;
        this.early = new EarlyMessages(node.replicas());
        this.held = beside.held;
        this.nondet = beside.nondet;
        this.incomplete = new Incomplete(queue);
        this.room = new LogRoom(log, incomplete, node.settings);
        this.commitment = new Commitment(node, log);
        this.telling = beside.telling;
    }

    /** The primary proposes what its queue holds, as far as window and log allow (4.2). */
    void propose() {
        while (mayPropose()) {
            Settings settings = node.settings;
            long next = nextSeqno();
            boolean full = room.isEpochFull(next);
            List<SignedRequest> requests =
                    full ? List.of() : queue.take(settings.batchRequests(), settings.batchBytes(), node.now);
            if (requests.isEmpty() && !full) {
                return;
            }
            Slot slot = log.slot(next);
            slot.accept(nondet.batch(requests));
            slot.proposed = true;
            node.pace.proposed(node.now);
            vote(slot);
        }
    }

    private boolean mayPropose() {
        return node.isActive()
                && node.isPrimary()
                && node.ticked
                && queue.waiting() > 0
                && isFree(nextSeqno())
                && node.pace.allows(node.now);
    }

    private boolean isFree(long next) {
        return next <= log.executed() + node.settings.window()
                && log.isOpen(next)
                // What committed without my proposal did so in a later view.
                && log.find(next).filter(Slot::isCommitted).isEmpty()
                && amnesia.mayVote(next, log.stable());
    }

    private long nextSeqno() {
        return Math.max(viewEnd - 1, Math.max(log.lastVoted(), log.executed())) + 1;
    }

    /** A PRE-PREPARE from the primary (4.3). */
    boolean onPrePrepare(int sender, PrePrepare m) {
        if (m.view() < node.view()) {
            return node.out.drop(Drop.WRONG_VIEW);
        }
        if (sender != node.primaryOf(m.view())) {
            return node.out.drop(Drop.WRONG_SENDER);
        }
        if (m.view() > node.view() || !node.isActive()) {
            PrePrepare alone = new PrePrepare(m.view(), m.seqno(), m.proposal());
            return early.keep(sender, alone, m.proposal().size() + VOTE_BYTES) || node.out.drop(Drop.WRONG_VIEW);
        }
        if (!log.inWindow(m.seqno())) {
            return node.out.drop(Drop.OUT_OF_WINDOW);
        }
        if (m.proposal().entries().size() > node.settings.batchRequests()) {
            return node.out.drop(Drop.MALFORMED);
        }
        Slot slot = log.slot(m.seqno());
        Digest digest = m.proposal().digest();
        Optional<Digest> before = slot.batch().map(Batch::digest).or(() -> incomplete.digest(m.seqno()));
        if (before.filter(d -> !d.equals(digest)).isPresent()) {
            node.out.report(new Fact.Alarm("the primary proposed two batches for seqno " + m.seqno()));
            return node.out.drop(Drop.CONFLICT);
        }
        if (!slot.isOpenFor(digest)) {
            // Nobody's fault: the others may have left this view and decided otherwise since it was sent.
            return node.out.drop(Drop.CONFLICT);
        }
        if (slot.proposed) {
            return node.out.drop(Drop.DUPLICATE);
        }
        if (slot.batch().isEmpty() && room.isTooMuch(m.proposal().size())) {
            return node.out.drop(Drop.FULL);
        }
        Optional<Batch> batch = slot.batch().or(() -> incomplete.complete(m.seqno(), m.proposal()));
        node.askSoon |= batch.isEmpty();
        return batch.isEmpty() || take(slot, batch.get());
    }

    /** Takes a proposal of which all is here. */
    private boolean take(Slot slot, Batch batch) {
        if (slot.batch().isEmpty() && room.isTooMuch(batch.size())) {
            return node.out.drop(Drop.FULL);
        }
        slot.accept(batch);
        onProposal(slot);
        return true;
    }

    /** Whether the proposal for a seqno names requests that are not here. */
    boolean lacksRequests(long seqno) {
        return incomplete.digest(seqno).isPresent();
    }

    /** A proposal is there, or there again. */
    private void onProposal(Slot slot) {
        slot.batch()
                .filter(b -> !slot.proposed && slot.seqno >= viewEnd)
                .ifPresent(b -> node.expectations.proposed(slot.seqno, b));
        slot.proposed = true;
        voteIfAuthentic(slot);
        checkPrepared(slot);
        commitment.check(slot);
    }

    /** A PREPARE or COMMIT (4.4). */
    boolean onVote(int sender, Vote m) {
        if (m.batch().equals(Digest.ZERO)) {
            return node.out.drop(Drop.MALFORMED);
        }
        return m.type() == Message.Type.PREPARE ? onPrepare(sender, m) : commitment.onCommit(sender, m);
    }

    /** COMMITs that came with another message. */
    void onCommits(int sender, long view, List<Vote.Commit> commits) {
        for (Vote.Commit commit : commits) {
            onVote(sender, new Vote(Message.Type.COMMIT, view, commit.seqno(), commit.batch()));
        }
    }

    private boolean onPrepare(int sender, Vote m) {
        if (m.view() < node.view()) {
            return node.out.drop(Drop.WRONG_VIEW);
        }
        if (sender == node.primaryOf(m.view())) {
            return node.out.drop(Drop.WRONG_SENDER);
        }
        if (m.view() > node.view() || !node.isActive()) {
            Vote alone = new Vote(m.type(), m.view(), m.seqno(), m.batch());
            return early.keep(sender, alone, VOTE_BYTES) || node.out.drop(Drop.WRONG_VIEW);
        }
        if (!log.inWindow(m.seqno())) {
            return node.out.drop(Drop.OUT_OF_WINDOW);
        }
        Slot slot = log.slot(m.seqno());
        if (slot.prepares.differs(sender, m.batch())) {
            return node.out.drop(Drop.CONFLICT);
        }
        if (!slot.prepares.put(sender, m.batch())) {
            return node.out.drop(Drop.DUPLICATE);
        }
        voteIfAuthentic(slot);
        checkPrepared(slot);
        return true;
    }

    /** A replica says that a batch committed there (AG5). */
    boolean onDecided(int sender, Decided m) {
        return commitment.onDecided(sender, m);
    }

    /** A body from anybody: taken if it is the batch that is proposed, or that others prove to have committed. */
    boolean onBody(Body m) {
        if (!log.inWindow(m.seqno()) || m.seqno() <= log.executed()) {
            return false;
        }
        boolean proposed = incomplete.isOf(m.seqno(), m.batch().digest());
        if (proposed) {
            incomplete.forget(m.seqno());
            take(log.slot(m.seqno()), m.batch());
        }
        boolean committed = commitment.onBody(m);
        return proposed || committed;
    }

    /** A request became known: proposals that wait for it may be complete now, or authentic. */
    void retryHeld(SignedRequest known) {
        incomplete.completedBy(known).forEach((seqno, batch) -> take(log.slot(seqno), batch));
        held.waitingFor(known).forEach(this::voteIfAuthentic);
    }

    /** Something was executed, or time passed: what is held may be authentic now, or harmless, or timely. */
    void retryDue() {
        held.due().forEach(this::voteIfAuthentic);
    }

    /**
     * Amnesia is over: what came meanwhile and was only watched gets this replica's vote. It may be needed, and
     * nobody sends it a proposal twice.
     */
    void voteAgain() {
        for (Slot slot : List.copyOf(log.slots())) {
            voteIfAuthentic(slot);
        }
    }

    private void voteIfAuthentic(Slot slot) {
        if (slot.voted || !slot.proposed || !log.isOpen(slot.seqno) || !amnesia.mayVote(slot.seqno, log.stable())) {
            return;
        }
        // A proposal that was held may have come to stand beside the fact that another batch committed (AG11).
        if (slot.isOpenFor(slot.digest()) && held.isAcceptable(slot, slot.seqno < viewEnd)) {
            vote(slot);
        }
    }

    private void vote(Slot slot) {
        Invariant.check(!slot.voted && node.isActive(), "one vote a seqno, in an active view");
        slot.voted = true;
        VoteRecord record = record(slot.seqno, slot.batch().orElseThrow());
        node.disk.append(record.toBytes(), new Disk.VoteDurable(node.view(), slot.seqno));
    }

    /** My vote in this view as the disk keeps it; the body only if it is not there yet. */
    private VoteRecord record(long seqno, Batch batch) {
        return log.history().holds(seqno, batch.digest())
                ? new VoteRecord.Revoted(node.view(), seqno, batch.digest())
                : new VoteRecord.Voted(node.view(), seqno, batch);
    }

    /** What my NEW-VIEW proposes joins Q; the record of it. */
    VoteRecord propose(long seqno, Batch batch) {
        VoteRecord proposal = record(seqno, batch);
        log.history().prePrepared(seqno, batch, node.view());
        return proposal;
    }

    /** My vote is on disk: tell the others. For what a NEW-VIEW chose, it is the primary's PRE-PREPARE. */
    void voteDurable(long view, long seqno) {
        ofView(view, seqno).ifPresent(slot -> {
            slot.voteDurable = true;
            if (!slot.mayTellVote()) {
                return;
            }
            if (!node.isPrimary()) {
                slot.prepares.put(node.me(), slot.digest());
            }
            if (!node.isPrimary() || seqno >= viewEnd) {
                telling.vote(statement(slot));
            }
            checkPrepared(slot);
        });
    }

    private Optional<Slot> ofView(long view, long seqno) {
        return view == node.view() && node.isActive() ? log.find(seqno) : Optional.empty();
    }

    /** My PRE-PREPARE or PREPARE for a slot I voted for. */
    Message statement(Slot slot) {
        return node.isPrimary()
                ? node.naming.proposal(node.view(), slot, node.now)
                : new Vote(Message.Type.PREPARE, node.view(), slot.seqno, slot.digest());
    }

    /** My COMMIT for a slot I prepared. */
    Vote commit(Slot slot) {
        return new Vote(Message.Type.COMMIT, node.view(), slot.seqno, slot.digest());
    }

    /** PRE-PREPARE and 2f PREPAREs: prepared. */
    private void checkPrepared(Slot slot) {
        // The proposal too must be of this key epoch (2.4).
        boolean fresh = slot.proposed || node.isPrimary();
        if (fresh && slot.canPrepare(node.quorums.prepares())) {
            slot.prepared = true;
            node.expectations.prepared(slot.seqno);
            node.disk.append(
                    new VoteRecord.Prepared(node.view(), slot.seqno, slot.digest()).toBytes(),
                    new Disk.PreparedDurable(node.view(), slot.seqno));
        }
    }

    /** That I prepared is on disk: COMMIT. */
    void preparedDurable(long view, long seqno) {
        ofView(view, seqno).ifPresent(slot -> {
            slot.preparedDurable = true;
            if (slot.mayTellPrepared()) {
                slot.commits.put(node.me(), view, slot.digest());
                telling.commit(slot);
                commitment.check(slot);
            }
        });
    }

    /** The view is over (6.2, 6.3). */
    void leaveView() {
        node.expectations.left(node.primary());
        telling.tell();
        log.leaveView(node.view());
        held.clear();
        incomplete.clear();
    }

    /**
     * What a NEW-VIEW chose for a seqno stands there as if its primary had proposed it (6.8-3).
     *
     * @param vouched whether the VIEW-CHANGEs that it follows from prove the batch authentic and timely
     */
    void adopt(long seqno, Batch batch, boolean vouched) {
        Slot slot = log.slot(seqno);
        Invariant.check(slot.isOpenFor(batch.digest()), "a view begins with what committed");
        slot.accept(batch);
        if (vouched) {
            slot.verified = batch.requests().size();
            slot.timely = true;
        }
        onProposal(slot);
    }

    /** The seqnos from {@code end} on are free in the view that begins. */
    void setViewEnd(long end) {
        viewEnd = end;
    }

    /** The view has begun: what came early for it counts now, and what it has no batch for waits again. */
    void takeEarly() {
        for (EarlyMessages.Early kept : early.take()) {
            if (kept.message() instanceof PrePrepare m) {
                onPrePrepare(kept.sender(), m);
            } else if (kept.message() instanceof Vote m) {
                onVote(kept.sender(), m);
            }
        }
        queue.reconsider(log.underWay());
    }

    /** New keys for all: what was collected under the old ones and is not complete is forgotten (2.4). */
    void forgetIncomplete() {
        for (Slot slot : log.slots()) {
            slot.forgetIncomplete(
                    node.me(), slot.seqno < viewEnd && slot.batch().isPresent());
        }
        early.take();
        held.forgetFrom(viewEnd);
        incomplete.clear();
    }

    /** A new key for one replica. */
    void forgetIncompleteOf(int sender) {
        early.forget(sender);
        if (sender == node.primary()) {
            incomplete.clear();
        }
        for (Slot slot : log.slots()) {
            slot.forgetIncompleteOf(sender, sender == node.primary() && slot.seqno >= viewEnd);
        }
    }

    /** Says what it has to say up to a seqno, and forgets what it held there. */
    void cut(long seqno) {
        telling.tell();
        held.cut(seqno);
        incomplete.cut(seqno);
    }
}
