package dev.bft.sim;

import dev.bft.protocol.Fact;
import dev.bft.protocol.ReplicaStatus;
import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Message;
import dev.bft.wire.NewView;
import dev.bft.wire.Reply;
import dev.bft.wire.ViewChange;
import java.util.ArrayList;
import java.util.List;

/**
 * All invariants that are checked after every step: on the facts a replica reports, on each frame before it
 * leaves, and on what its disk is known to hold then.
 */
final class Checks {
    private static final int TYPE_AT = 3;
    private static final int VIEW_AT = Envelope.HEADER;
    private static final int SEQNO_AT = VIEW_AT + Long.BYTES;
    private static final int DIGEST_AT = SEQNO_AT + Long.BYTES;
    private static final int BODY_LENGTH_AT = Envelope.HEADER - Integer.BYTES;

    private final Plan plan;
    private final Tally tally;
    private final Batches batches = new Batches();
    private final History history;
    private final Ballots ballots;
    private final List<Ledger> ledgers = new ArrayList<>();
    private final List<Life> lives = new ArrayList<>();
    /** A multicast leaves as the same array many times: it is checked once. */
    private final byte[][] lastFrames;

    Checks(Plan plan, Tally tally) {
        this.plan = plan;
        this.tally = tally;
        this.history = new History(batches, tally);
        this.ballots = new Ballots(plan);
        this.lastFrames = new byte[plan.replicas()][0];
        for (int i = 0; i < plan.replicas(); i++) {
            ledgers.add(new Ledger(batches));
            lives.add(new Life(i, plan));
        }
    }

    History history() {
        return history;
    }

    Ledger ledger(int replica) {
        return ledgers.get(replica);
    }

    /** A replica begins a new life. */
    void booted(int replica) {
        lives.set(replica, new Life(replica, plan));
    }

    void status(int replica, ReplicaStatus status) {
        lives.get(replica).compare(status);
    }

    /** What a replica reports; all facts of a step are looked at before its effects are performed. */
    void fact(int replica, Fact fact) {
        Life life = lives.get(replica);
        if (fact instanceof Fact.Executed executed) {
            life.executed(executed);
        } else if (fact instanceof Fact.Committed committed) {
            committed(replica, life, committed);
        } else if (fact instanceof Fact.CheckpointTaken taken) {
            life.checkpoint(taken);
            history.checkpoint(replica, taken.seqno(), taken.state());
        } else if (fact instanceof Fact.Stable stable) {
            life.stable(stable);
            history.checkpoint(replica, stable.seqno(), stable.state());
        } else if (fact instanceof Fact.TransferDone done) {
            life.transferred(done);
            history.checkpoint(replica, done.seqno(), done.state());
            tally.count(Tally.Count.TRANSFERS);
        } else if (fact instanceof Fact.KeysRefreshed) {
            tally.count(Tally.Count.KEY_CHANGES);
        } else if (fact instanceof Fact.ViewEntered) {
            tally.count(Tally.Count.VIEW_CHANGES);
        } else if (fact instanceof Fact.Alarm) {
            tally.count(Tally.Count.ALARMS);
        }
    }

    private void committed(int replica, Life life, Fact.Committed fact) {
        life.committed(fact);
        boolean ownOnDisk =
                !plan.tunables().durable() || ledgers.get(replica).holdsPrepared(fact.seqno(), fact.batch());
        ballots.decided(replica, fact.seqno(), new Ballots.Support(fact.batch(), ownOnDisk));
        history.committed(replica, fact, life.takeOpen());
    }

    /** A frame is about to leave for a replica. */
    void leaves(int replica, byte[] frame) {
        if (lastFrames[replica] == frame) {
            return;
        }
        lastFrames[replica] = frame;
        int type = frame[TYPE_AT];
        if (type == Message.Type.PRE_PREPARE.code()) {
            int end = VIEW_AT + (int) number(frame, BODY_LENGTH_AT, Integer.BYTES);
            byte[] body = java.util.Arrays.copyOfRange(frame, DIGEST_AT, end);
            vote(replica, frame, batches.digest(number(frame, SEQNO_AT, Long.BYTES), body, 0));
        } else if (type == Message.Type.PREPARE.code()) {
            vote(replica, frame, Digest.read(frame, DIGEST_AT));
        } else if (type == Message.Type.COMMIT.code()) {
            commit(replica, frame, Digest.read(frame, DIGEST_AT));
        } else if (type == Message.Type.CHECKPOINT.code()) {
            checkpoint(replica, number(frame, VIEW_AT, Long.BYTES), Digest.read(frame, SEQNO_AT));
        } else if (type == Message.Type.NEW_VIEW.code() || type == Message.Type.VIEW_CHANGE.code()) {
            viewChange(replica, message(frame));
        }
    }

    private static Message message(byte[] frame) {
        try {
            return Envelope.read(frame).message();
        } catch (MalformedException e) {
            throw new IllegalStateException("a correct replica made a frame that nobody can read", e);
        }
    }

    /** What is said of a view is on disk; a NEW-VIEW is its primary's PRE-PREPARE for all that it chooses. */
    private void viewChange(int replica, Message message) {
        Ledger ledger = ledgers.get(replica);
        if (message instanceof ViewChange m) {
            durable(ledger.holdsViewChange(m.view(), m.digest(0)), replica, "VIEW-CHANGE for view ", m.view());
        } else if (message instanceof NewView m && m.view() % plan.replicas() == replica) {
            durable(ledger.holdsNewView(m.view(), m.digest()), replica, "NEW-VIEW for view ", m.view());
            for (int i = 0; i < m.batches().size(); i++) {
                long seqno = m.checkpoint() + 1 + i;
                ballots.voted(
                        replica,
                        new Ballots.Position(m.view(), seqno),
                        m.batches().get(i));
            }
        }
    }

    private static Ballots.Position position(byte[] frame) {
        return new Ballots.Position(number(frame, VIEW_AT, Long.BYTES), number(frame, SEQNO_AT, Long.BYTES));
    }

    private void vote(int replica, byte[] frame, Digest batch) {
        Ballots.Position at = position(frame);
        ballots.voted(replica, at, batch);
        lives.get(replica).speaks(at.seqno());
        durable(ledgers.get(replica).holdsVote(at, batch), replica, "vote for seqno ", at.seqno());
    }

    private void commit(int replica, byte[] frame, Digest batch) {
        Ballots.Position at = position(frame);
        Ledger ledger = ledgers.get(replica);
        boolean voteOnDisk = !plan.tunables().durable() || ledger.holdsVote(at, batch);
        ballots.committed(replica, at, new Ballots.Support(batch, voteOnDisk));
        lives.get(replica).speaks(at.seqno());
        durable(ledger.holdsPrepared(at, batch), replica, "COMMIT for seqno ", at.seqno());
    }

    private void checkpoint(int replica, long seqno, Digest state) {
        if (seqno == 0) {
            return;
        }
        history.checkpoint(replica, seqno, state);
        Ledger ledger = ledgers.get(replica);
        durable(ledger.leadsTo(seqno), replica, "batches before checkpoint ", seqno);
        durable(ledger.holdsAnnouncement(seqno, state), replica, "announcement of checkpoint ", seqno);
    }

    private void durable(boolean onDisk, int replica, String what, long seqno) {
        if (!onDisk && plan.tunables().durable()) {
            throw new Violation(
                    "durable-first", "replica " + replica + " speaks before it is on disk: " + what + seqno);
        }
    }

    /** A frame is about to leave for a client: replies say what the history says. */
    void leavesForClient(int replica, byte[] frame) {
        if (frame[TYPE_AT] != Message.Type.REPLY.code()) {
            return;
        }
        try {
            Reply reply = (Reply) Envelope.read(frame).message();
            boolean refused = reply.outcome() == Reply.Outcome.FAILED;
            if (reply.base() > 0 && (refused || reply.outcome() == Reply.Outcome.OK)) {
                history.answered(replica, reply.request(), refused, reply.result());
            }
        } catch (MalformedException e) {
            throw new IllegalStateException("a correct replica made a reply that nobody can read", e);
        }
    }

    private static long number(byte[] bytes, int at, int length) {
        long value = 0;
        for (int i = at; i < at + length; i++) {
            value = value << 8 | (bytes[i] & 0xff);
        }
        return value;
    }
}
