package dev.bft.protocol;

import dev.bft.state.CheckpointImage;
import dev.bft.state.PagedState;
import dev.bft.wire.Batch;
import dev.bft.wire.Checkpoint;
import dev.bft.wire.Digest;
import dev.bft.wire.Reply;
import dev.bft.wire.SignedRequest;
import dev.bft.wire.Status;
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
    private final StatusExchange statuses;
    private final Boot boot;
    private final Catchup catchup;
    private boolean installing;
    private boolean ready;
    private long target = -1;
    private int peersReached;

    /** The books that several parts keep together. */
    record Books(Log log, Checkpoints checkpoints, Amnesia amnesia, RequestQueue queue) {}

    Progress(
            Node node,
            Books books,
            Execution execution,
            PagedState state,
            Agreement agreement,
            StatusExchange statuses) {
        this.node = node;
        this.log = books.log;
        this.checkpoints = books.checkpoints;
        this.amnesia = books.amnesia;
        this.queue = books.queue;
        this.execution = execution;
        this.state = state;
        this.agreement = agreement;
        this.statuses = statuses;
        this.boot = new Boot(node, state, log, checkpoints, amnesia);
        this.catchup = new Catchup(node, log, checkpoints, state);
    }

    Catchup catchup() {
        return catchup;
    }

    long high() {
        return log.high();
    }

    Optional<Reply> cachedReply(SignedRequest request) {
        return execution.cachedReply(request);
    }

    boolean isPast(SignedRequest request) {
        return execution.isPast(request);
    }

    /** Rebuilds everything from the disk: base, votes, and what was decided above the base. */
    void boot(Saved saved) {
        node.disk.setTick(saved.tick());
        boolean held = boot.loadBase(saved);
        long base = held ? saved.seqno() : 0;
        if (!held) {
            execution.format();
            state.fold(0);
        }
        execution.sessions().rebuild();
        log.setExecuted(base);
        Boot.Loaded loaded = boot.loadVotes(saved, base);
        if (!saved.intact() || !loaded.sound()) {
            amnesia.begin(-1);
        }
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
    }

    private void replay(Boot.Loaded loaded) {
        while (true) {
            long next = log.executed() + 1;
            Digest decided = loaded.decided().get(next);
            Optional<Slot> slot = log.find(next).filter(s -> s.digest().equals(decided));
            if (decided == null || slot.isEmpty()) {
                return;
            }
            slot.get().committed = true;
            execute(slot.get(), (request, reply) -> {}, false);
            Digest announced = loaded.announced().get(next);
            Optional<Digest> again = checkpoints.taken(next);
            if (announced != null && again.filter(d -> !d.equals(announced)).isPresent()) {
                node.out.report(new Fact.Alarm("checkpoint " + next + " does not come out as it was announced"));
                amnesia.begin(-1);
                return;
            }
        }
    }

    /** Does all that the last event made possible. */
    void advance(BiConsumer<SignedRequest, Reply> replies) {
        boolean executed = false;
        while (!catchup.isActive()) {
            Optional<Slot> next = log.find(log.executed() + 1).filter(slot -> slot.committed);
            if (next.isEmpty()) {
                break;
            }
            execute(next.get(), replies, true);
            executed = true;
        }
        if (executed) {
            agreement.retryHeld();
        }
        stabilize();
        agreement.propose();
        catchup.finished().ifPresent(this::adopt);
    }

    private void execute(Slot slot, BiConsumer<SignedRequest, Reply> replies, boolean live) {
        long seqno = slot.seqno;
        Batch batch = slot.batch().orElseThrow();
        Invariant.check(seqno == log.executed() + 1, "batches execute in order");
        for (Execution.Answered answered : execution.execute(seqno, batch)) {
            replies.accept(
                    queue.find(
                                    SessionId.of(answered.request()),
                                    answered.request().digest())
                            .orElse(answered.request()),
                    answered.reply());
        }
        batch.requests().forEach(queue::executed);
        log.setExecuted(seqno);
        node.out.report(new Fact.Committed(node.view(), seqno, batch.digest()));
        if (live) {
            if (!slot.voted) {
                node.disk.append(new VoteRecord.Body(seqno, batch).toBytes(), new Disk.Nothing());
            }
            node.disk.append(new VoteRecord.Decided(seqno, batch.digest()).toBytes(), new Disk.Nothing());
        }
        if (seqno % node.settings.checkpointPeriod() == 0) {
            checkpoint(seqno);
        }
    }

    private void checkpoint(long seqno) {
        Digest digest = state.fold(seqno);
        checkpoints.take(seqno, digest);
        node.out.report(new Fact.CheckpointTaken(seqno, digest));
        node.disk.append(new VoteRecord.Announced(seqno, digest).toBytes(), new Disk.AnnouncementDurable(seqno));
    }

    /** All that my checkpoint promises is on disk: announce it. */
    void announce(long seqno) {
        if (seqno > log.stable()) {
            checkpoints.announce(seqno).ifPresent(node::multicast);
        }
    }

    void onCheckpoint(int sender, Checkpoint m) {
        checkpoints.onCheckpoint(sender, m, log.stable());
        if (m.seqno() > log.high()) {
            statuses.soon();
        }
    }

    void onStatus(int sender, Status m) {
        long highest = m.executed();
        for (long bit = 0; bit < node.settings.logSize(); bit++) {
            highest = m.prepared().get(bit) ? m.executed() + 1 + bit : highest;
        }
        if (amnesia.onReport(sender, m.executed(), highest)) {
            node.disk.append(new VoteRecord.Amnesiac(amnesia.bound()).toBytes(), new Disk.Nothing());
        }
        statuses.onStatus(sender, m);
    }

    private void stabilize() {
        if (installing || catchup.isActive()) {
            return;
        }
        checkpoints.stable().filter(c -> c.seqno() > log.stable()).ifPresent(c -> {
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
        node.disk.install(image);
    }

    /** A checkpoint is the base on disk. */
    void installed(CheckpointImage image) {
        installing = false;
        long seqno = image.seqno();
        state.installed(seqno);
        if (seqno > log.executed()) {
            log.setExecuted(seqno);
            checkpoints.take(seqno, image.digest());
            queue.prune(execution::isPast);
            queue.proposeAgain(log::isUnderWay);
            node.out.report(
                    new Fact.TransferDone(seqno, image.digest(), image.pages().size()));
        }
        catchup.end();
        if (image.stable()) {
            stable(seqno, image.digest());
        } else {
            announce(seqno);
        }
        statuses.soon();
    }

    private void stable(long seqno, Digest digest) {
        log.cut(seqno);
        agreement.cut(seqno);
        checkpoints.cut(seqno, digest);
        if (amnesia.end(seqno)) {
            agreement.voteAgain();
        }
        node.out.report(new Fact.Stable(seqno, digest));
        node.disk.newSegment(boot.records(), new Disk.Nothing());
    }

    /** Writes a segment for the next tick: the save (9.3). */
    void save(long nextTick) {
        node.disk.setTick(nextTick);
        node.disk.newSegment(boot.records(), new Disk.Nothing());
        node.disk.saved();
    }

    /** Keys changed for all: others' announcements are to be said again. */
    void forgetIncomplete() {
        checkpoints.forgetIncomplete();
    }

    void tick(int peers) {
        peersReached = peers;
        if (!installing) {
            catchup.tick();
        }
        if (!catchup.isActive()) {
            becomeReady();
        }
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
        phase = peersReached < node.quorums.prepares() ? "keys" : phase;
        phase = catchup.isActive() ? "catching-up" : phase;
        Digest digest = state.digestAt(log.stable()).orElse(Digest.ZERO);
        return new ReplicaStatus(
                phase,
                node.view(),
                node.primary(),
                log.executed(),
                log.stable(),
                digest,
                ready,
                queue.size(),
                log.bytes(),
                execution.sessions().size(),
                keyAge,
                node.out.drops());
    }
}
