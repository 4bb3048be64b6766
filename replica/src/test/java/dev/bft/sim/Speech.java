package dev.bft.sim;

import dev.bft.wire.Decided;
import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import dev.bft.wire.ForwardedViewChange;
import dev.bft.wire.Hold;
import dev.bft.wire.Message;
import dev.bft.wire.NewKey;
import dev.bft.wire.NewView;
import dev.bft.wire.PrePrepare;
import dev.bft.wire.Proposal;
import dev.bft.wire.Status;
import dev.bft.wire.StatusPending;
import dev.bft.wire.ViewChange;
import dev.bft.wire.Vote;
import java.util.BitSet;
import java.util.List;

/** What replicas say to each other: each frame before it leaves. What faulty ones say is only remembered. */
final class Speech {
    private final Books books;
    /** A multicast leaves as the same array many times: it is checked once. */
    private final byte[][] lastFrames;

    /**
     * What is known of all replicas.
     *
     * @param plan the run
     * @param tally what happened how often
     * @param batches all batches that were seen
     * @param history what was executed
     * @param ballots who voted for what
     * @param departures VIEW-CHANGEs
     * @param beginnings NEW-VIEWs
     * @param freshness keys
     * @param reasons why replicas do what they need a reason for
     * @param ledgers by replica, what its disk holds
     * @param lives by replica, what it did since its boot
     * @param astray the replicas whose state is not that of the others
     */
    record Books(
            Plan plan,
            Tally tally,
            Batches batches,
            History history,
            Ballots ballots,
            Departures departures,
            Beginnings beginnings,
            Freshness freshness,
            Reasons reasons,
            List<Ledger> ledgers,
            List<Life> lives,
            BitSet astray) {}

    Speech(Books books) {
        this.books = books;
        this.lastFrames = new byte[books.plan.replicas()][0];
    }

    /** Neither a record nor what leaves is a vote for another batch than the replica executed there (AG11). */
    void besideNoFact(int replica, long seqno, Digest vote) {
        if (seqno <= books.lives.get(replica).executed()) {
            books.history.votedBeside(replica, seqno, vote);
        }
    }

    /** A frame is about to leave for a replica. */
    void leaves(int replica, byte[] frame) {
        if (lastFrames[replica] == frame) {
            return;
        }
        lastFrames[replica] = frame;
        Message.Type type = Frames.type(frame);
        if (books.plan.isTraitor(replica)) {
            remember(type, replica, frame);
            return;
        }
        switch (type) {
            case PRE_PREPARE -> vote(replica, frame, proposed(frame));
            case PREPARE -> vote(replica, frame, Digest.read(frame, Frames.DIGEST_AT));
            case COMMIT -> commit(replica, Frames.position(frame), Digest.read(frame, Frames.DIGEST_AT));
            case CHECKPOINT ->
                checkpoint(replica, Frames.number(frame, Frames.VIEW_AT), Digest.read(frame, Frames.SEQNO_AT));
            case VIEW_CHANGE -> viewChange(replica, (ViewChange) Frames.message(frame), Frames.fields(frame));
            case NEW_VIEW -> newView(replica, (NewView) Frames.message(frame), Frames.fields(frame));
            case NEW_KEY -> refreshes(replica, frame);
            case STATUS -> {
                status(replica, Frames.envelope(frame));
                books.reasons.says((Status) Frames.message(frame));
            }
            case DECIDED -> decided(replica, (Decided) Frames.message(frame));
            case HOLD -> books.reasons.holds((Hold) Frames.message(frame));
            case FORWARDED_VIEW_CHANGE -> books.tally.was(Situation.VIEW_CHANGE_PASSED_ON);
            case STATUS_PENDING -> {
                if (!((StatusPending) Frames.message(frame)).missing().isEmpty()) {
                    books.tally.was(Situation.BATCH_MISSING);
                }
            }
            default -> {}
        }
        for (Vote.Commit c : Frames.riding(frame)) {
            books.tally.was(Situation.COMMIT_RODE);
            commit(replica, new Position(Frames.number(frame, Frames.VIEW_AT), c.seqno()), c.batch());
        }
    }

    /** The batches and VIEW-CHANGEs of faulty replicas may be taken up by others. */
    private void remember(Message.Type type, int replica, byte[] frame) {
        if (type == Message.Type.PRE_PREPARE) {
            proposed(frame);
        } else if (type == Message.Type.VIEW_CHANGE) {
            books.departures.heard(replica, (ViewChange) Frames.message(frame));
        } else if (type == Message.Type.FORWARDED_VIEW_CHANGE) {
            ForwardedViewChange m = (ForwardedViewChange) Frames.message(frame);
            if (books.plan.isTraitor(m.replica())) {
                books.departures.heard(m.replica(), m.viewChange());
            }
        }
    }

    private Digest proposed(byte[] frame) {
        Proposal proposal = ((PrePrepare) Frames.message(frame)).proposal();
        if (proposal.entries().stream().anyMatch(Proposal.Named.class::isInstance)) {
            books.tally.was(Situation.REQUEST_NAMED);
        }
        return books.batches.digest(proposal);
    }

    private void status(int replica, Envelope envelope) {
        books.freshness.speaks(replica, envelope);
        if (!BitSet.valueOf(((Status) envelope.message()).lacking().bytes()).isEmpty()) {
            books.tally.was(Situation.REQUEST_MISSING);
        }
    }

    private void refreshes(int replica, byte[] frame) {
        Envelope envelope = Frames.envelope(frame);
        Envelope.Signature signature = (Envelope.Signature) envelope.auth();
        books.freshness.refreshes(replica, (NewKey) envelope.message(), signature.counter());
    }

    private void vote(int replica, byte[] frame, Digest batch) {
        Position at = Frames.position(frame);
        besideNoFact(replica, at.seqno(), batch);
        books.reasons.votes(replica, at.seqno());
        books.lives.get(replica).votes(at.seqno());
        Ledger ledger = books.ledgers.get(replica);
        if (books.ballots.voted(replica, at, batch)) {
            books.departures.votes(replica, at);
            durable(ledger.holdsView(at.view()), replica, "NEW-VIEW before vote at " + at);
        }
        durable(ledger.holdsVote(at, batch), replica, "vote at " + at);
        books.ballots.prepares(replica, at, batch);
    }

    private void commit(int replica, Position at, Digest batch) {
        besideNoFact(replica, at.seqno(), batch);
        Ledger ledger = books.ledgers.get(replica);
        boolean voteOnDisk = !isDurable() || ledger.holdsVote(at, batch);
        if (books.ballots.committed(replica, at, new Ballots.Support(batch, voteOnDisk))) {
            books.departures.votes(replica, at);
            books.freshness.prepares(replica, at, batch);
            books.ballots.established(at.seqno()).ifPresent(c -> books.beginnings.committed(at.seqno(), c));
        }
        books.lives.get(replica).commits(at.seqno());
        durable(ledger.holdsPrepared(at, batch), replica, "COMMIT at " + at);
    }

    private void checkpoint(int replica, long seqno, Digest state) {
        if (seqno == 0) {
            return;
        }
        if (!books.astray.get(replica)) {
            books.history.announced(replica, seqno, state);
        }
        Ledger ledger = books.ledgers.get(replica);
        durable(ledger.leadsTo(seqno), replica, "batches before checkpoint " + seqno);
        durable(ledger.holdsAnnouncement(seqno, state), replica, "announcement of checkpoint " + seqno);
    }

    private void viewChange(int replica, ViewChange m, Digest fields) {
        Ledger ledger = books.ledgers.get(replica);
        // In memory mode the last vote and the last prepared fact may never have left: only the replica knows them.
        books.departures.leaves(
                replica,
                m,
                (at, batch) -> !isDurable() || ledger.heldPrepared(at, batch),
                (at, batch) -> !isDurable() || ledger.heldVote(at, batch));
        durable(ledger.holdsViewChange(m.view(), fields), replica, "VIEW-CHANGE for view " + m.view());
        m.checkpoints().stream()
                .filter(c -> c.seqno() >= books.lives.get(replica).stable())
                .forEach(c -> checkpoint(replica, c.seqno(), c.state()));
    }

    /** From the primary it is its vote for all that it chose; from others it says in which view they are. */
    private void newView(int replica, NewView m, Digest fields) {
        books.beginnings.accepted(replica, m);
        if (m.view() % books.plan.replicas() != replica) {
            return;
        }
        durable(books.ledgers.get(replica).holdsNewView(m.view(), fields), replica, "NEW-VIEW of view " + m.view());
        long seqno = m.checkpoint();
        for (Digest batch : m.batches()) {
            seqno++;
            if (books.ballots.voted(replica, new Position(m.view(), seqno), batch)) {
                books.departures.votes(replica, new Position(m.view(), seqno));
            }
        }
    }

    private void decided(int replica, Decided m) {
        books.tally.was(Situation.DECISION_TOLD);
        books.ballots.decided(replica, m.seqno(), m.batch(), at -> true);
        durable(
                books.ledgers.get(replica).holdsOutcome(m.seqno(), m.batch()),
                replica,
                "DECIDED of seqno " + m.seqno());
    }

    private void durable(boolean onDisk, int replica, String what) {
        if (!onDisk && isDurable()) {
            throw new Violation("durable-first", "replica " + replica + " speaks before it is on disk: " + what);
        }
    }

    private boolean isDurable() {
        return books.plan.tunables().durable();
    }
}
