package dev.bft.protocol;

import dev.bft.wire.Batch;
import dev.bft.wire.Bits;
import dev.bft.wire.Body;
import dev.bft.wire.Checkpoint;
import dev.bft.wire.Decided;
import dev.bft.wire.Message;
import dev.bft.wire.PrePrepare;
import dev.bft.wire.Status;
import dev.bft.wire.StatusPending;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Everybody tells periodically what it has, and others send what is missing, freshly authenticated (section 7):
 * the only retransmission between replicas.
 */
final class StatusExchange {
    /** Nothing makes it more often than this (7.2), but a status period that is shorter, and keys that just changed. */
    private static final long GAP = 100_000_000L;

    /**
     * So long what I miss may still be under way: whoever asks at once when it leaves a view is sent everything twice,
     * at the moment when everybody is busiest.
     */
    private static final long SOON = 25_000_000L;

    /** Bodies re-sent for one STATUS, in bytes; the last may go beyond, on credit. */
    private static final long BODIES = 1 << 20;

    /** The longest time between two times that a replica which executes nothing is told all that it lacks. */
    private static final long GAP_MAX = 400_000_000L;

    private static final long ANSWER_GAP = 20_000_000L;
    private static final int KIB = 1024;
    private static final long BODIES_TIME = 61_000L;

    private static final Bits NONE = Bits.ofSize(0);

    private final Node node;
    private final Log log;
    private final Agreement agreement;
    private final ViewStatus views;
    private final Checkpoints checkpoints;
    private final List<Peer> peers = new ArrayList<>();
    private long sentAt = Long.MIN_VALUE / 2;
    private long nextAt;
    private long counter;
    private boolean slow;
    /** In which view this replica said last that it finds the primary slow, -1 if it did not. */
    private long slowIn = -1;

    /** What another replica said of itself in this key epoch. */
    private static final class Peer {
        boolean heard;
        long executed;
        long counter;
        /** In which view it finds the primary slow, -1 if it does not. */
        long slowIn = -1;

        long answeredAt = Long.MIN_VALUE / 2;
        /** Kibibytes of bodies sent to it: 16 MiB a second. */
        final TokenBucket bodies = new TokenBucket(BODIES_TIME, (int) (2 * BODIES / KIB));

        /** When it was told all that it lacks, what it had executed then, and how long it is not told again. */
        long toldAt = Long.MIN_VALUE / 2;

        long toldTo = -1;
        long gap = GAP;

        /**
         * Whether it may be told all that it lacks: who executed nothing since is perhaps busy with the last answers, and
         * more of them would make it busier.
         */
        boolean mayTellAll(long now) {
            return now - toldAt >= (executed > toldTo ? GAP : gap);
        }

        /** It was told all that it lacks. */
        void told(long now) {
            gap = executed > toldTo ? GAP : Math.min(2 * gap, GAP_MAX);
            toldAt = now;
            toldTo = executed;
        }

        /** Bytes of bodies that may go to it now. */
        long budget(long now) {
            return Math.max(0, Math.min(BODIES, bodies.available(now) * KIB));
        }

        void spent(long now, long bytes) {
            bodies.owe(now, bytes / KIB);
        }
    }

    StatusExchange(Node node, Log log, Agreement agreement, ViewStatus views, Checkpoints checkpoints) {
        this.node = node;
        this.log = log;
        this.agreement = agreement;
        this.views = views;
        this.checkpoints = checkpoints;
        for (int i = 0; i < node.replicas(); i++) {
            peers.add(new Peer());
        }
    }

    /** Sends STATUS when it is time. */
    void tick() {
        if (node.askSoon) {
            node.askSoon = false;
            soon();
        }
        boolean nowSlow = node.isActive() && !node.isPrimary() && node.expectations.isDisappointed();
        if (nowSlow && !slow) {
            soon();
        }
        slow = nowSlow;
        if (node.now >= nextAt) {
            send();
        }
    }

    /** Something shows that I miss messages: ask soon. */
    void soon() {
        nextAt = Math.min(nextAt, Math.max(node.now + SOON, sentAt + GAP));
    }

    /** Keys just changed: ask at once (decisions 4). */
    void now() {
        nextAt = node.now;
    }

    private void send() {
        sentAt = node.now;
        long period = node.settings.statusPeriod();
        nextAt = node.now + period - period / 8 + node.random.below(Math.max(1, period / 4));
        long executed = log.executed();
        int bits = (int) (log.high() - executed);
        Bits prepared = Bits.ofSize(Math.max(0, bits));
        Bits committed = Bits.ofSize(Math.max(0, bits));
        Bits lacking = Bits.ofSize(Math.max(0, bits));
        for (long seqno = executed + 1; seqno <= Math.min(log.watched(), log.high()); seqno++) {
            // What the state that is fetched holds nobody needs to send.
            committed.set((int) (seqno - executed - 1));
        }
        for (Slot slot : log.open()) {
            int bit = (int) (slot.seqno - executed - 1);
            if (bit >= bits) {
                // Watched only, while a state is fetched.
                break;
            }
            if (slot.prepared) {
                prepared.set(bit);
            }
            if (slot.isCommitted()) {
                committed.set(bit);
            }
            if (agreement.lacksRequests(slot.seqno)) {
                lacking.set(bit);
            }
        }
        counter++;
        slowIn = slow && node.isActive() ? node.view() : -1;
        node.multicast(
                node.isActive()
                        ? new Status(node.view(), log.stable(), executed, counter, slow, prepared, committed, lacking)
                        : views.mine(counter, committed));
    }

    /** A STATUS: send what its sender lacks (7.3). */
    boolean onStatus(int sender, Status m) {
        Lacks lacks = new Lacks(sender, m.stable(), m.executed(), m.prepared(), m.committed(), m.lacking());
        if (!admits(lacks, m.counter())) {
            return false;
        }
        peers.get(sender).slowIn = m.slow() ? m.view() : -1;
        answer(lacks, m.view() == node.view() && node.isActive());
        compareViews(sender, m.view());
        return true;
    }

    /** A STATUS-PENDING: that, and what its sender lacks of the view. */
    boolean onStatusPending(int sender, StatusPending m) {
        Lacks lacks = new Lacks(sender, m.stable(), m.executed(), NONE, m.committed(), NONE);
        if (!admits(lacks, m.counter())) {
            return false;
        }
        answer(lacks, false);
        compareViews(sender, m.view());
        if (m.view() == node.view()) {
            Peer peer = peers.get(sender);
            peer.spent(node.now, views.answer(sender, m, peer.budget(node.now)));
        }
        return true;
    }

    /** What a STATUS says of the log of its sender. */
    private record Lacks(int replica, long stable, long executed, Bits prepared, Bits committed, Bits requests) {
        boolean prepared(long seqno) {
            return prepared.get(seqno - executed - 1);
        }

        boolean requests(long seqno) {
            return requests.get(seqno - executed - 1);
        }
    }

    private boolean admits(Lacks m, long number) {
        Peer peer = peers.get(m.replica);
        if (m.executed < m.stable || m.stable % node.settings.checkpointPeriod() != 0) {
            return node.out.drop(Drop.MALFORMED);
        }
        if (number <= peer.counter) {
            return node.out.drop(Drop.OLD_TIMESTAMP);
        }
        peer.counter = number;
        peer.heard = true;
        peer.executed = m.executed;
        node.neighbours.executed(executedByCorrect());
        if (node.now - peer.answeredAt < ANSWER_GAP) {
            return node.out.drop(Drop.TOO_OFTEN);
        }
        peer.answeredAt = node.now;
        return true;
    }

    private void compareViews(int sender, long view) {
        if (view < node.view()) {
            views.bring(sender);
        } else if (view > node.view()) {
            soon();
        }
    }

    /** Checkpoints, then facts whatever its view is (AG5), then the votes of the view if it is active there. */
    private void answer(Lacks m, boolean sameView) {
        for (Checkpoint mine : checkpoints.announced()) {
            boolean useful = mine.seqno() > m.stable && mine.seqno() > 0;
            if (useful || (mine.seqno() == log.stable() && log.stable() > m.executed)) {
                node.send(m.replica, mine);
            }
        }
        if (log.stable() > m.stable + node.settings.logSize()) {
            return;
        }
        Peer peer = peers.get(m.replica);
        long most = peer.budget(node.now);
        long budget = most;
        boolean all = peer.mayTellAll(node.now);
        boolean told = false;
        for (Map.Entry<Long, Batch> past : log.past().above(m.executed).entrySet()) {
            if (all && isLacking(m, past.getKey())) {
                told = true;
                tellDecided(m, past.getKey(), past.getValue());
                budget -= sendBody(m, past.getKey(), past.getValue(), budget);
            }
        }
        for (Slot slot : log.slots()) {
            if (isLacking(m, slot.seqno)) {
                Optional<Batch> body = sameView && m.requests(slot.seqno) ? slot.batch() : Optional.empty();
                body.filter(b -> node.isPrimary()).ifPresent(b -> node.naming.lacked(m.replica, b, node.now));
                if (all && slot.decidedDurable && slot.isCommitted()) {
                    told = true;
                    body = slot.committed();
                    tellDecided(m, slot.seqno, body.orElseThrow());
                }
                budget -= all && sameView ? resend(m, slot, budget) : 0;
                budget -= body.isPresent() ? sendBody(m, slot.seqno, body.get(), budget) : 0;
            }
        }
        if (told) {
            peer.told(node.now);
        }
        peer.spent(node.now, most - budget);
    }

    private boolean isLacking(Lacks m, long seqno) {
        boolean inside = seqno > m.executed && seqno <= m.stable + node.settings.logSize();
        return inside && !m.committed.get(seqno - m.executed - 1);
    }

    private void tellDecided(Lacks m, long seqno, Batch batch) {
        node.send(m.replica, new Decided(seqno, batch.digest()));
    }

    /**
     * By turns: one of the replicas sends the body each time; the primary too, if it proposed what is not there, for
     * perhaps nobody else has it yet.
     */
    private long sendBody(Lacks m, long seqno, Batch batch, long budget) {
        long turn = (seqno + peers.get(m.replica).counter) % node.replicas();
        turn = turn == m.replica ? (turn + 1) % node.replicas() : turn;
        boolean mine = turn == node.me() || (node.isPrimary() && m.requests(seqno));
        if (!mine || m.prepared(seqno) || budget <= 0 || batch.digest().equals(Batch.NULL.digest())) {
            return 0;
        }
        node.out.add(new Effect.SendToReplica(m.replica, node.keys.unsigned(new Body(seqno, batch))));
        return batch.size();
    }

    private long resend(Lacks m, Slot slot, long budget) {
        if (slot.mayTellPrepared()) {
            node.send(m.replica, agreement.commit(slot));
        }
        if (m.prepared(slot.seqno) || !slot.mayTellVote() || budget <= 0) {
            return 0;
        }
        Message statement = agreement.statement(slot);
        node.send(m.replica, statement);
        return statement instanceof PrePrepare proposed ? proposed.proposal().size() : 0;
    }

    /** A peer gave me a new key: my open votes go to it unasked, without bodies (decisions 4, RC11). */
    void resendOpenVotes(int to) {
        views.resend(to);
        if (!node.isActive()) {
            return;
        }
        for (Slot slot : log.open()) {
            if (slot.mayTellVote() && !node.isPrimary()) {
                node.send(to, agreement.statement(slot));
            }
            if (slot.mayTellPrepared()) {
                node.send(to, agreement.commit(slot));
            }
        }
    }

    /** A peer got new keys from me: its counters begin anew, and it is told anew what came too early for them. */
    void newEpoch(int sender) {
        peers.get(sender).counter = 0;
        peers.get(sender).toldTo = -1;
        peers.get(sender).toldAt = Long.MIN_VALUE / 2;
    }

    /**
     * Whether f+1 said that they find the primary of this view slow or unfair; if this replica does, who left the view
     * counts as well: it says nothing of it any more.
     */
    boolean findPrimarySlow(ViewChanges said) {
        boolean mine = slowIn == node.view();
        IntPredicate finds = replica -> replica == node.me()
                ? mine
                : peers.get(replica).slowIn == node.view() || (mine && said.hasLeft(replica, node.view()));
        long finding = IntStream.range(0, node.replicas()).filter(finds).count();
        return node.isActive() && finding >= node.quorums.weak();
    }

    /** How many others told their status in this boot. */
    int heard() {
        int count = 0;
        for (Peer peer : peers) {
            count += peer.heard ? 1 : 0;
        }
        return count;
    }

    /** The (f+1)-th largest executed seqno among the others: some correct replica is at least there. */
    long executedByCorrect() {
        return executedBy(node.quorums.weak());
    }

    /**
     * Whether 2f+1 others have executed more: f+1 of them are correct, and what they decided they tell (AG5). Fewer
     * may be unable to help, and then it is right to complain.
     */
    boolean areOthersAhead() {
        return executedBy(node.quorums.strong()) > log.executed();
    }

    private long executedBy(int count) {
        List<Long> executed = new ArrayList<>();
        for (Peer peer : peers) {
            if (peer.heard) {
                executed.add(peer.executed);
            }
        }
        executed.sort(Collections.reverseOrder());
        return executed.size() < count ? 0 : executed.get(count - 1);
    }
}
