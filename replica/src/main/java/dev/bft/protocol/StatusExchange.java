package dev.bft.protocol;

import dev.bft.wire.Bits;
import dev.bft.wire.Checkpoint;
import dev.bft.wire.Status;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Everybody tells periodically what it has, and others send what is missing, freshly authenticated (section 7):
 * the only retransmission between replicas.
 */
final class StatusExchange {
    /** Never more often than this, but for hints right after a key change. */
    private static final long GAP = 100_000_000L;

    /** Bodies re-sent for one STATUS, in bytes; one batch goes in any case. */
    private static final long BODIES = 1 << 20;

    private static final long ANSWER_GAP = 20_000_000L;

    private final Node node;
    private final Log log;
    private final Agreement agreement;
    private final Checkpoints checkpoints;
    private final List<Peer> peers = new ArrayList<>();
    private long sentAt = Long.MIN_VALUE / 2;
    private long nextAt;
    private long counter;

    /** What another replica said of itself in this key epoch. */
    private static final class Peer {
        boolean heard;
        long executed;
        long counter;
        long answeredAt = Long.MIN_VALUE / 2;
    }

    StatusExchange(Node node, Log log, Agreement agreement, Checkpoints checkpoints) {
        this.node = node;
        this.log = log;
        this.agreement = agreement;
        this.checkpoints = checkpoints;
        for (int i = 0; i < node.replicas(); i++) {
            peers.add(new Peer());
        }
    }

    /** Sends STATUS when it is time. */
    void tick() {
        if (node.now >= nextAt) {
            send();
        }
    }

    /** Something shows that I miss messages: ask soon. */
    void soon() {
        nextAt = Math.min(nextAt, Math.max(node.now, sentAt + GAP));
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
        for (Slot slot : log.open()) {
            int bit = (int) (slot.seqno - executed - 1);
            if (slot.prepared) {
                prepared.set(bit);
            }
            if (slot.committed) {
                committed.set(bit);
            }
        }
        node.multicast(new Status(node.view(), log.stable(), executed, ++counter, prepared, committed));
    }

    /** A STATUS: send what its sender lacks (7.3). */
    boolean onStatus(int sender, Status m) {
        Peer peer = peers.get(sender);
        long gap = m.executed() - m.stable();
        if (gap < 0 || m.stable() % node.settings.checkpointPeriod() != 0) {
            return node.out.drop(Drop.MALFORMED);
        }
        if (m.counter() <= peer.counter) {
            return node.out.drop(Drop.OLD_TIMESTAMP);
        }
        peer.counter = m.counter();
        peer.heard = true;
        peer.executed = m.executed();
        if (m.view() != node.view()) {
            return node.out.drop(Drop.WRONG_VIEW);
        }
        if (node.now - peer.answeredAt < ANSWER_GAP) {
            return node.out.drop(Drop.TOO_OFTEN);
        }
        peer.answeredAt = node.now;
        answer(sender, m);
        return true;
    }

    private void answer(int to, Status m) {
        for (Checkpoint mine : checkpoints.announced()) {
            boolean useful = mine.seqno() > m.stable() && mine.seqno() > 0;
            if (useful || (mine.seqno() == log.stable() && log.stable() > m.executed())) {
                node.send(to, mine);
            }
        }
        if (log.stable() > m.stable() + node.settings.logSize()) {
            return;
        }
        long budget = BODIES;
        for (Slot slot : log.slots()) {
            if (slot.seqno <= m.executed() || slot.seqno > m.stable() + node.settings.logSize()) {
                continue;
            }
            long bit = slot.seqno - m.executed() - 1;
            if (!m.committed().get(bit)) {
                budget = resend(to, slot, m.prepared().get(bit), budget);
            }
        }
    }

    private long resend(int to, Slot slot, boolean prepared, long budget) {
        if (slot.preparedDurable) {
            node.send(to, agreement.commit(slot));
        }
        if (prepared || !slot.voteDurable || budget <= 0) {
            return budget;
        }
        node.send(to, agreement.statement(slot));
        return node.isPrimary() ? budget - slot.batch().orElseThrow().size() : budget;
    }

    /** A peer gave me a new key: my open votes go to it unasked, without bodies (decisions 4, RC11). */
    void resendOpenVotes(int to) {
        for (Slot slot : log.open()) {
            if (slot.voteDurable && !node.isPrimary()) {
                node.send(to, agreement.statement(slot));
            }
            if (slot.preparedDurable) {
                node.send(to, agreement.commit(slot));
            }
        }
    }

    /** A peer got new keys from me: its counters begin anew. */
    void newEpoch(int sender) {
        peers.get(sender).counter = 0;
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
        List<Long> executed = new ArrayList<>();
        for (Peer peer : peers) {
            if (peer.heard) {
                executed.add(peer.executed);
            }
        }
        executed.sort(Collections.reverseOrder());
        return executed.size() < node.quorums.weak() ? 0 : executed.get(node.quorums.weak() - 1);
    }
}
