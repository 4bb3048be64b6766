package dev.bft.sim;

import dev.bft.protocol.Fact;
import dev.bft.protocol.RecordView;
import dev.bft.protocol.ReplicaStatus;
import dev.bft.state.PagedState;
import dev.bft.wire.Message;
import dev.bft.wire.Reply;
import dev.bft.wire.ViewChange;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * All invariants that are checked after every step: on the facts a correct replica reports, on each frame before it
 * leaves, and on what its disk is known to hold then. What faulty replicas say is only remembered.
 */
final class Checks {
    private final Plan plan;
    private final Tally tally;
    private final Batches batches = new Batches();
    private final History history;
    private final Credentials credentials;
    private final Ballots ballots;
    private final Departures departures;
    private final Beginnings beginnings;
    private final Freshness freshness;
    private final Reasons reasons;
    private final List<Ledger> ledgers = new ArrayList<>();
    private final List<Life> lives = new ArrayList<>();
    private final List<Tentative> tentatives = new ArrayList<>();
    private final Replies replies;
    private final Speech speech;
    /** Whose state is not that of the others until it fetches theirs. */
    private final BitSet astray = new BitSet();

    private final BitSet wasAstray = new BitSet();

    private long view;

    Checks(Plan plan, Tally tally) {
        this.plan = plan;
        this.tally = tally;
        this.history = new History(batches, tally, plan);
        this.credentials = new Credentials(plan, tally);
        this.ballots = new Ballots(plan);
        this.departures = new Departures(plan, ballots, tally);
        this.beginnings = new Beginnings(plan, ballots, departures, tally);
        this.freshness = new Freshness(plan);
        this.reasons = new Reasons(plan);
        this.replies = new Replies(plan, history, credentials);
        for (int i = 0; i < plan.replicas(); i++) {
            ledgers.add(new Ledger(batches));
            lives.add(new Life(i, plan, ledgers.get(i)));
            tentatives.add(new Tentative(i, plan, tally));
        }
        this.speech = new Speech(new Speech.Books(
                plan,
                tally,
                batches,
                history,
                ballots,
                departures,
                beginnings,
                freshness,
                reasons,
                ledgers,
                lives,
                astray));
    }

    History history() {
        return history;
    }

    Credentials credentials() {
        return credentials;
    }

    Ledger ledger(int replica) {
        return ledgers.get(replica);
    }

    Tentative tentative(int replica) {
        return tentatives.get(replica);
    }

    /** The highest view that a correct replica was ever active in. */
    long view() {
        return view;
    }

    /** The state of a replica becomes another than that of the others. */
    void goesAstray(int replica) {
        astray.set(replica);
        wasAstray.set(replica);
        history.doubts(replica);
    }

    /** It has fetched theirs. */
    void comesBack(int replica) {
        astray.clear(replica);
    }

    /** Whether the state of a replica was ever another than that of the others: it may say so. */
    boolean wasAstray(int replica) {
        return wasAstray.get(replica);
    }

    /** The run is over. */
    void end() {
        departures.keepTheirPromises();
        history.end();
    }

    /** A clock was read. */
    void clock(int replica, long wallMicros) {
        if (!plan.isTraitor(replica)) {
            history.clock(wallMicros);
        }
    }

    /** A replica begins a new life: where its disk says that it was. */
    void booted(int replica) {
        credentials.startsAgain(replica);
        lives.set(replica, new Life(replica, plan, ledgers.get(replica)));
        tentatives.get(replica).boots();
    }

    void status(int replica, ReplicaStatus status) {
        if (!plan.isTraitor(replica)) {
            lives.get(replica).compare(status);
            if (lives.get(replica).isNew() && status.view() > 0) {
                tally.was(Situation.BOOTED_IN_A_LATER_VIEW);
            }
        }
    }

    /** What a replica reports; all facts of a step are looked at before its effects are performed. */
    void fact(int replica, Fact fact) {
        if (plan.isTraitor(replica)) {
            return;
        }
        Life life = lives.get(replica);
        life.phases().fact(fact);
        tentatives.get(replica).fact(fact, life.executed());
        if (fact instanceof Fact.Executed executed) {
            life.executed(executed);
            credentials.executed(replica, executed);
        } else if (fact instanceof Fact.Revoked revoked) {
            credentials.revoked(replica, revoked);
        } else if (fact instanceof Fact.Committed committed) {
            committed(replica, life, committed);
        } else if (fact instanceof Fact.CheckpointTaken taken) {
            life.checkpoint(taken);
            if (!astray.get(replica)) {
                reasons.takes(taken.seqno(), taken.state());
                history.checkpoint(replica, taken.seqno(), taken.state());
            }
        } else if (fact instanceof Fact.Stable stable) {
            life.stable(stable);
            history.stable(replica, stable.seqno(), stable.state());
            freshness.stable(replica, stable.seqno(), stable.state());
        } else if (fact instanceof Fact.TransferDone done) {
            credentials.startsAgain(replica);
            if (life.transferred(done, astray.get(replica))) {
                tally.count(Tally.Count.FETCHED_BACK);
            }
            history.checkpoint(replica, done.seqno(), done.state());
            freshness.fetched(replica, done.seqno(), done.state());
            tally.count(Tally.Count.TRANSFERS);
        } else {
            otherFact(replica, life, fact);
        }
    }

    private void otherFact(int replica, Life life, Fact fact) {
        if (fact instanceof Fact.ViewLeft left) {
            life.leaves(left);
            reasons.leaves(replica, left);
            tally.count(Tally.Count.VIEW_CHANGES);
            Situation.of(left.why()).ifPresent(tally::was);
            if (life.executed() % plan.tunables().checkpointPeriod() == 0 && life.executed() > 0) {
                tally.was(Situation.LEFT_AT_A_CHECKPOINT);
            }
        } else if (fact instanceof Fact.ViewEntered entered) {
            life.enters(entered);
            if (entered.view() > view) {
                view = entered.view();
                tally.count(Tally.Count.NEW_VIEWS);
            }
        } else if (fact instanceof Fact.TransferStarted started) {
            tally.count(Tally.Count.TARGETS);
            reasons.fetches(replica, started);
        } else if (fact instanceof Fact.TransferFetched) {
            tally.count(Tally.Count.FETCHED);
        } else if (fact instanceof Fact.Amnesia amnesia) {
            departures.forgot(replica);
            boolean found = life.looksForItsBound();
            life.forgets(amnesia.bound());
            if (found && amnesia.bound() >= 0) {
                reasons.bounds(replica, amnesia.bound());
            }
        } else if (fact instanceof Fact.KeysRefreshed) {
            tally.changedKeys(replica);
            life.phases().refreshes(tally);
        } else if (fact instanceof Fact.Quarantined quarantined) {
            reasons.quarantines(
                    replica,
                    quarantined,
                    plan.crook(quarantined.client() - SimClient.FIRST_ID).isPresent());
            tally.was(Situation.QUARANTINED);
        } else if (fact instanceof Fact.Muted muted) {
            reasons.mutes(replica, muted.who());
        } else if (fact instanceof Fact.Alarm) {
            tally.count(Tally.Count.ALARMS);
        }
    }

    private void committed(int replica, Life life, Fact.Committed fact) {
        life.committed(fact);
        if (!life.isIn(fact.view())) {
            tally.was(Situation.COMMITTED_ON_EVIDENCE);
        }
        Ledger ledger = ledgers.get(replica);
        ballots.decided(
                replica,
                fact.seqno(),
                fact.batch(),
                at -> !plan.tunables().durable() || ledger.holdsPrepared(at, fact.batch()));
        freshness.commits(replica, fact.seqno(), fact.batch());
        history.committed(replica, fact, life.takeOpen());
    }

    /**
     * A record is about to be written. What a primary decides counts once it leaves: before that it may forget it. A
     * VIEW-CHANGE counts from now on: after a boot it may stand in the replica's own NEW-VIEW before it was ever sent.
     */
    void records(int replica, byte[] record) {
        if (!plan.isTraitor(replica)) {
            besideNoFact(replica, record);
            RecordView.viewChange(record).ifPresent(m -> departures.heard(replica, m));
            RecordView.newView(record).ifPresent(m -> {
                tentatives.get(replica).accepts(m);
                if (m.view() % plan.replicas() != replica) {
                    beginnings.accepted(replica, m);
                }
            });
        }
    }

    private void besideNoFact(int replica, byte[] record) {
        RecordView vote = RecordView.read(record);
        if (vote.kind() == RecordView.Kind.REVOTED) {
            speech.besideNoFact(replica, vote.seqno(), vote.digest());
        } else if (vote.kind() == RecordView.Kind.VOTED) {
            speech.besideNoFact(replica, vote.seqno(), batches.digest(vote.seqno(), record, vote.batchAt()));
        }
    }

    /** A frame arrives at a replica, whole or not. */
    void arrives(int replica, byte[] frame) {
        if (!plan.isTraitor(replica)) {
            freshness.hears(replica, frame);
            if (frame.length <= Frames.DIGEST_AT) {
                return;
            }
            if (Frames.isOf(Message.Type.VIEW_CHANGE, frame)) {
                Frames.arrived(frame).ifPresent(e -> departures.arrives(replica, e.sender(), (ViewChange) e.message()));
            } else if (Frames.isOf(Message.Type.PRE_PREPARE, frame)) {
                lives.get(replica).phases().proposed(Frames.number(frame, Frames.SEQNO_AT));
            }
        }
    }

    /** A frame is about to leave for a replica. */
    void leaves(int replica, byte[] frame) {
        speech.leaves(replica, frame);
    }

    /** A frame is about to leave for a client: replies say what the history says, and what a crash cannot change. */
    void leavesForClient(int replica, byte[] frame) {
        if (!Frames.isOf(Message.Type.REPLY, frame) || plan.isTraitor(replica)) {
            return;
        }
        Tentative tentative = tentatives.get(replica);
        replies.leaves(replica, (Reply) Frames.message(frame), ledgers.get(replica), tentative, executed(replica));
    }

    /** The last batch that committed at a replica. */
    private long executed(int replica) {
        return Math.max(lives.get(replica).executed(), ledgers.get(replica).base());
    }

    /** All facts of a step were reported; the state is as it will be until the next. */
    void stepped(int replica, PagedState state) {
        if (!plan.isTraitor(replica) && tentatives.get(replica).stepEnds()) {
            history.wentBack(replica, executed(replica), Fingerprint.of(state));
        }
    }
}
