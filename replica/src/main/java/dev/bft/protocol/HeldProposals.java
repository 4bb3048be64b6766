package dev.bft.protocol;

import dev.bft.wire.Batch;
import dev.bft.wire.Digest;
import dev.bft.wire.SignedRequest;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The proposals that wait until their requests are known to be their clients' (section 3.6), and their time and value are
 * acceptable (amendment RC7).
 *
 * <p>A faulty primary may fill the log with proposals that never will be. So each is looked at again only when the
 * request that it waits for becomes known, or when it is the next to be executed; and a signature that proved nothing is
 * not checked again before then. One that is not timely costs a comparison a tick.
 */
final class HeldProposals {
    private final Node node;
    private final Log log;
    private final Authenticity authenticity;
    /** Since when each is held. */
    private final TreeMap<Long, Long> seqnos = new TreeMap<>();

    private final Nondet nondet;
    private long looked = -1;
    private long lookedAt = Long.MIN_VALUE;

    HeldProposals(Node node, Log log, Authenticity authenticity, Nondet nondet) {
        this.node = node;
        this.log = log;
        this.authenticity = authenticity;
        this.nondet = nondet;
    }

    /**
     * 3.6, RC7: (a) the proposal is timely and every request verified here, or (b) f+1 replicas vouch for the batch, the
     * primary among them.
     *
     * @param chosen whether the NEW-VIEW chose the batch
     */
    boolean isAcceptable(Slot slot, boolean chosen) {
        Batch batch = slot.batch().orElseThrow();
        boolean acceptable = 1 + slot.prepares.count(batch.digest()) >= node.quorums.weak()
                || slot.committed().isPresent()
                || log.history().votedFor(slot.seqno, batch.digest())
                || (isTimely(slot, batch, chosen) && isVerified(slot, batch));
        if (acceptable) {
            seqnos.remove(slot.seqno);
        } else {
            seqnos.putIfAbsent(slot.seqno, node.now);
        }
        return acceptable;
    }

    private boolean isTimely(Slot slot, Batch batch, boolean chosen) {
        slot.timely = slot.timely || (chosen ? nondet.isUsable(batch) : nondet.accepts(batch));
        return slot.timely;
    }

    private boolean isVerified(Slot slot, Batch batch) {
        boolean next = slot.seqno == log.executed() + 1;
        slot.verified = authenticity.known(batch, slot.verified);
        // What was executed since may have opened the session with the key that the signature needs.
        boolean unsure = slot.refused != slot.verified || (next && slot.refusedAt < log.executed());
        if (slot.verified < batch.requests().size() && unsure) {
            slot.verified = authenticity.verified(batch, slot.verified);
            slot.refused = slot.verified;
            slot.refusedAt = log.executed();
        }
        return slot.verified == batch.requests().size() || (next && authenticity.isHarmless(batch, slot.verified));
    }

    /** The held proposals that wait for this very request. */
    List<Slot> waitingFor(SignedRequest request) {
        return seqnos.keySet().stream()
                .flatMap(seqno -> log.find(seqno).stream())
                .filter(slot -> isWaitingFor(slot, request))
                .toList();
    }

    private static boolean isWaitingFor(Slot slot, SignedRequest request) {
        return doubted(slot).filter(r -> r.digest().equals(request.digest())).isPresent();
    }

    /** The first request of a held proposal that is not known to be its client's. */
    private static Optional<SignedRequest> doubted(Slot slot) {
        return slot.batch()
                .map(Batch::requests)
                .filter(requests -> slot.verified < requests.size())
                .map(requests -> requests.get(slot.verified));
    }

    /**
     * What is held because a request is not known to be its client's.
     *
     * @param batch the batch digest
     * @param request the first such request
     */
    record Doubtful(long seqno, Digest batch, SignedRequest request) {}

    /** The doubtful ones that are held since then or longer, as far as a correct primary proposes. */
    List<Doubtful> doubtful(long since) {
        return seqnos.headMap(log.executed() + node.settings.window(), true).entrySet().stream()
                .filter(held -> held.getValue() <= since)
                .flatMap(held -> log.find(held.getKey()).stream())
                .filter(slot -> slot.timely && !slot.voted && !slot.isCommitted())
                .flatMap(
                        slot -> doubted(slot).map(request -> new Doubtful(slot.seqno, slot.digest(), request)).stream())
                .toList();
    }

    /**
     * Those to look at again: the one to be executed next, if it was not looked at since it became the next; and at each
     * tick those that are not timely, as far as a correct primary proposes.
     */
    List<Slot> due() {
        boolean next = looked != log.executed();
        boolean later = lookedAt != node.wall;
        looked = log.executed();
        lookedAt = node.wall;
        if (seqnos.isEmpty() || (!next && !later)) {
            return List.of();
        }
        return seqnos.headMap(looked + (later ? node.settings.window() : 1), true).keySet().stream()
                .flatMap(seqno -> log.find(seqno).stream())
                .filter(slot -> (next && slot.seqno == looked + 1) || (later && !slot.timely))
                .toList();
    }

    void clear() {
        seqnos.clear();
    }

    /** Forgets those up to a seqno. */
    void cut(long seqno) {
        seqnos.headMap(seqno, true).clear();
    }

    /** Forgets those from a seqno on. */
    void forgetFrom(long seqno) {
        seqnos.tailMap(seqno, true).clear();
    }
}
