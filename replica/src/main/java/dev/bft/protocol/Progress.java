package dev.bft.protocol;

import dev.bft.state.CheckpointImage;
import dev.bft.state.PagedState;
import dev.bft.wire.Batch;
import dev.bft.wire.Checkpoint;
import dev.bft.wire.Digest;
import dev.bft.wire.Reply;
import dev.bft.wire.SignedRequest;
import dev.bft.wire.Status;
import dev.bft.wire.StatusPending;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * How far this replica has come: execution in order, checkpoints, the cutting of the log, and catching up
 * (sections 4.6, 5, 8.7). What is committed is executed, every K-th state is announced once it is on disk, and
 * what 2f+1 announced becomes the base.
 */
final class Progress {
    private final Node node;
    private final Log log;
    private final Checkpoints checkpoints;
    private final Amnesia amnesia;
    private final RequestQueue queue;
    private final Execution execution;
    private final PagedState state;
    private final Agreement agreement;
    private final Views views;
    private final StatusExchange statuses;
    private final Boot boot;
    private final Catchup catchup;
    private final ReplyGate gate;
    private final Reads reads;
    private boolean installing;
    private boolean ready;
    private long target = -1;
    private int peersReached;

    /** How batches come to be committed, and how others help. */
    record Ways(Agreement agreement, Views views, StatusExchange statuses) {}

    Progress(Node node, Views.Books books, PagedState state, Ways ways) {
        this.node = node;
        this.log = books.log();
        this.checkpoints = books.checkpoints();
        this.amnesia = books.amnesia();
        this.queue = books.queue();
        this.execution = books.execution();
        this.state = state;
        this.agreement = ways.agreement;
        this.views = ways.views;
        this.statuses = ways.statuses;
        this.boot = new Boot(node, state, books, views);
        this.catchup = new Catchup(node, log, checkpoints, state);
        this.gate = new ReplyGate(node, books);
        this.reads = new Reads(node, books, gate);
    }

    Catchup catchup() {
        return catchup;
    }

    /** What is answered out of order. */
    Reads reads() {
        return reads;
    }

    long high() {
        return log.high();
    }

    /** The answer to a request whose number was executed last, unless it may not leave yet. */
    Optional<Reply> lastAnswer(SignedRequest request) {
        return catchup.isActive() ? Optional.empty() : gate.lastAnswer(request);
    }

    boolean isPast(SignedRequest request) {
        return execution.isPast(request);
    }

    /** Rebuilds everything from the disk: base, votes, and what was decided above the base. */
    void boot(Saved saved) {
        node.disk.begin(saved);
        boolean held = boot.loadBase(saved);
        long base = held ? saved.seqno() : 0;
        if (!held) {
            execution.upcalls().format();
            state.fold(0);
        }
        execution.sessions().rebuild();
        log.setExecuted(base);
        Boot.Loaded loaded = boot.loadVotes(saved, base);
        if (!saved.intact() || !loaded.sound()) {
            amnesia.begin(-1);
        }
        log.raiseReadFloor(Math.max(log.lastPrepared(), loaded.lastDecided()));
        boolean over = amnesia.end(log.stable());
        Digest digest = state.digest();
        if (log.stable() == base) {
            checkpoints.cut(base, digest);
        } else {
            checkpoints.take(base, digest);
            checkpoints.announce(base);
        }
        if (amnesia.isActive()) {
            node.disk.newSegment(boot.records(), new Disk.Nothing());
        } else {
            replay(loaded);
        }
        if (over && !amnesia.isActive()) {
            // Killed between the checkpoint that ended it and the segment that says so.
            views.amnesiaEnded();
            node.disk.newSegment(boot.records(), new Disk.Nothing());
        }
        tellHalted();
    }

    private void tellHalted() {
        if (haltedAt() > 0) {
            node.out.report(
                    new Fact.Alarm("batch " + haltedAt() + " killed this replica twice: it is not executed here."
                            + " The replica votes on, and executes again once it could fetch a later checkpoint. Its log says why"
                            + " it died; to have the batch tried once more, stop the replica, remove `executing` from its state"
                            + " folder and start it"));
        }
    }

    /** The seqno that execution waits before, for a later state; 0 if it goes on. */
    private long haltedAt() {
        return log.executed() < node.settings.haltAt() && node.settings.haltAt() < Settings.HALT_NOWHERE
                ? node.settings.haltAt()
                : 0;
    }

    private void replay(Boot.Loaded loaded) {
        while (!log.isHalted()) {
            long next = log.executed() + 1;
            Optional<Batch> decided = Optional.ofNullable(loaded.decided().get(next))
                    .filter(d -> log.inWindow(next))
                    .flatMap(d -> log.body(next, d));
            if (decided.isEmpty()) {
                return;
            }
            Slot slot = log.slot(next);
            slot.commit(decided.get());
            slot.decidedDurable = true;
            execute(slot);
            checkpointIfDue(next);
            Digest announced = loaded.announced().get(next);
            Optional<Digest> again = checkpoints.taken(next);
            if (announced != null && again.filter(d -> !d.equals(announced)).isPresent()) {
                amnesia.begin(-1);
                boot.distrust("checkpoint " + next + " does not come out as it was announced");
                checkpoints.withdraw(next);
                node.disk.newSegment(boot.records(), new Disk.Nothing());
                return;
            }
        }
    }

    /** Does all that the last event made possible. */
    void advance(BiConsumer<SignedRequest, Reply> replies) {
        Optional<Slot> next = log.nextCommitted();
        while (!catchup.isActive() && !log.isHalted() && next.isPresent()) {
            executeNow(next.get(), replies);
            next = log.nextCommitted();
        }
        if (!gate.isReplaying()) {
            checkpoints.announceKept(log.stable()).forEach(node::multicast);
        }
        if (!catchup.isActive()) {
            reads.advance(replies);
            gate.runAhead(replies);
        }
        agreement.retryDue();
        stabilize();
        catchup.want(views.advance());
        agreement.propose();
        catchup.finished().ifPresent(this::adopt);
    }

    /**
     * Executes a batch that just committed. With the prepared fact on disk its replies may leave; one that committed
     * on the others' evidence is written down first (AG12).
     */
    private void executeNow(Slot slot, BiConsumer<SignedRequest, Reply> replies) {
        Batch batch = slot.committed().orElseThrow();
        boolean mine = slot.digest().equals(batch.digest());
        // A body in Q alone may have to go before the log is read again.
        boolean onDisk = mine && slot.voted;
        boolean prepared = mine && slot.preparedDurable && gate.isOpen();
        boolean again = gate.hasTold(slot.seqno, batch.digest());
        List<Execution.Answered> executed = execute(slot);
        List<Execution.Answered> answers = again ? List.of() : executed;
        if (prepared) {
            answers.forEach(a -> replies.accept(a.request(), a.reply()));
        } else {
            gate.hold(batch);
        }
        if (!onDisk) {
            node.disk.append(new VoteRecord.Body(slot.seqno, batch).toBytes(), new Disk.Nothing());
        }
        node.disk.append(
                new VoteRecord.Decided(slot.seqno, batch.digest()).toBytes(),
                new Disk.DecidedDurable(
                        slot.seqno, prepared ? List.of() : batch.requests(), prepared ? List.of() : answers));
        checkpointIfDue(slot.seqno);
        views.progress(batch);
    }

    private List<Execution.Answered> execute(Slot slot) {
        Batch batch = slot.committed().orElseThrow();
        Invariant.check(slot.seqno == log.executed() + 1, "batches execute in order");
        List<Execution.Answered> answers = gate.executed(batch, execution.execute(slot.seqno, batch));
        batch.requests().forEach(node.expectations::executed);
        log.setExecuted(slot.seqno);
        node.neighbours.executed(slot.seqno);
        node.out.report(new Fact.Committed(node.view(), slot.seqno, batch.digest()));
        return answers;
    }

    /** That a batch committed is on disk: others may be told, and clients that waited. */
    void decidedDurable(Disk.DecidedDurable done, BiConsumer<SignedRequest, Reply> replies) {
        log.find(done.seqno()).ifPresent(slot -> slot.decidedDurable = true);
        gate.durable(done, replies);
    }

    /** Every K batches; the record of it stands behind those of all that led to it. */
    private void checkpointIfDue(long seqno) {
        if (seqno % node.settings.checkpointPeriod() != 0) {
            return;
        }
        Digest digest = state.fold(seqno);
        node.pace.dirtied(state.folded());
        checkpoints.take(seqno, digest);
        node.out.report(new Fact.CheckpointTaken(seqno, digest));
        node.disk.append(new VoteRecord.Announced(seqno, digest).toBytes(), new Disk.AnnouncementDurable(seqno));
    }

    /** All that my checkpoint promises is on disk: it is announced once I am where I was. */
    void announce(long seqno) {
        checkpoints.kept(seqno);
    }

    void onCheckpoint(int sender, Checkpoint m) {
        if (checkpoints.onCheckpoint(sender, m, log.stable())) {
            catchup.serving().announced(sender, m.seqno());
        }
        if (m.seqno() > log.high()) {
            statuses.soon();
        }
    }

    void onStatus(int sender, Status m) {
        reported(sender, m.executed(), m.reach(node.settings.logSize()));
        statuses.onStatus(sender, m);
    }

    void onStatusPending(int sender, StatusPending m) {
        reported(sender, m.executed(), m.executed());
        statuses.onStatusPending(sender, m);
    }

    private void reported(int sender, long executed, long highestPrepared) {
        if (amnesia.onReport(sender, executed, highestPrepared)) {
            node.disk.append(new VoteRecord.Amnesiac(amnesia.bound()).toBytes(), new Disk.Nothing());
        }
    }

    private void stabilize() {
        if (installing || catchup.isActive()) {
            return;
        }
        checkpoints.stable(log.stable()).ifPresent(c -> {
            if (state.digestAt(c.seqno()).filter(c.state()::equals).isPresent()) {
                installing = true;
                node.disk.install(state.image(c.seqno(), true));
            }
        });
    }

    /** A transfer is complete: the state becomes the fetched checkpoint; it counts once it is on disk (8.8-6). */
    private void adopt(CheckpointImage image) {
        installing = true;
        execution.sessions().rebuild();
        node.out.report(new Fact.TransferFetched(image.seqno(), image.pages().size()));
        node.disk.install(image);
    }

    /** A checkpoint is the base on disk. */
    void installed(CheckpointImage image) {
        installing = false;
        long seqno = image.seqno();
        state.installed(seqno);
        if (catchup.isActive()) {
            gate.startOver();
            log.setExecuted(seqno);
            checkpoints.replace(seqno, image.digest());
            queue.prune(execution::isPast);
            queue.reconsider(log.underWay());
            node.out.report(
                    new Fact.TransferDone(seqno, image.digest(), image.pages().size()));
            // The others went on meanwhile; with the next period their logs could be cut above this checkpoint.
            statuses.now();
        }
        catchup.end();
        if (image.stable()) {
            stable(seqno, image.digest());
        } else {
            // What I announced above it comes out anew, and is no promise of the next boot any more.
            node.disk.newSegment(boot.records(), new Disk.AnnouncementDurable(seqno));
        }
    }

    private void stable(long seqno, Digest digest) {
        agreement.cut(seqno);
        boolean watched = log.cut(seqno);
        checkpoints.cut(seqno, digest);
        if (amnesia.end(seqno)) {
            agreement.voteAgain();
            views.amnesiaEnded();
        } else if (watched) {
            agreement.voteAgain();
        }
        node.out.report(new Fact.Stable(seqno, digest));
        node.disk.newSegment(boot.records(), new Disk.Nothing());
    }

    /** Writes a segment for the next tick: the save (9.3). */
    void save(long nextTick) {
        views.handOver();
        node.disk.setTick(nextTick);
        node.disk.newSegment(boot.records(), new Disk.Nothing());
        node.disk.saved();
    }

    /** Keys changed for all: others' announcements are to be said again. */
    void forgetIncomplete() {
        checkpoints.forgetIncomplete();
    }

    /** A new key for one replica. */
    void forgetIncompleteOf(int sender) {
        checkpoints.forgetIncompleteOf(sender);
    }

    void tick(int peers) {
        peersReached = peers;
        catchup.serving().tick();
        if (!installing) {
            catchup.tick();
        }
        if (catchup.isActive()) {
            execution.rollBack();
        }
        views.tick(catchup.isActive(), statuses.areOthersAhead(), statuses.findPrimarySlow(views.said()));
        if (!catchup.isActive()) {
            becomeReady();
        }
        node.disk.shorten(boot::records);
    }

    private void becomeReady() {
        if (ready || peersReached < node.quorums.prepares() || statuses.heard() < node.quorums.prepares()) {
            return;
        }
        target = target < 0 ? statuses.executedByCorrect() : target;
        if (log.executed() >= target) {
            ready = true;
            node.out.report(new Fact.Ready(log.executed()));
        }
    }

    ReplicaStatus status(long keyAge) {
        String phase = amnesia.isActive() ? "amnesiac" : ready ? "active" : "catching-up";
        phase = node.isActive() || amnesia.isActive() ? phase : "view-change";
        phase = peersReached < node.quorums.prepares() ? "keys" : phase;
        phase = catchup.isActive() ? "catching-up" : phase;
        return new ReplicaStatus(
                phase,
                node.view(),
                node.primary(),
                log.executed(),
                haltedAt(),
                log.stable(),
                state.digestAt(log.stable()).orElse(Digest.ZERO),
                ready,
                queue.size(),
                log.bytes(),
                execution.sessions().size(),
                keyAge,
                node.out.drops());
    }
}
