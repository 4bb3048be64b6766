package dev.bft.protocol;

import dev.bft.wire.Batch;
import dev.bft.wire.SignedRequest;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The proposals that wait until their requests are known to be their clients' (section 3.6).
 *
 * <p>A faulty primary may fill the log with proposals that never will be. So each is looked at again only when the
 * request that it waits for becomes known, or when it is the next to be executed; and a signature that proved nothing is
 * not checked again before then.
 */
final class HeldProposals {
    private final Node node;
    private final Log log;
    private final Authenticity authenticity;
    private final TreeSet<Long> seqnos = new TreeSet<>();
    private long looked = -1;

    HeldProposals(Node node, Log log, Authenticity authenticity) {
        this.node = node;
        this.log = log;
        this.authenticity = authenticity;
    }

    /** 3.6: (a) every request verified here, or (b) f+1 replicas vouch for the batch, the primary among them. */
    boolean isAuthentic(Slot slot) {
        Batch batch = slot.batch().orElseThrow();
        boolean authentic = 1 + slot.prepares.count(batch.digest()) >= node.quorums.weak()
                || slot.committed().isPresent()
                || log.history().votedFor(slot.seqno, batch.digest())
                || isVerified(slot, batch);
        if (authentic) {
            seqnos.remove(slot.seqno);
        } else {
            seqnos.add(slot.seqno);
        }
        return authentic;
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
        return seqnos.stream()
                .flatMap(seqno -> log.find(seqno).stream())
                .filter(slot -> isWaitingFor(slot, request))
                .toList();
    }

    private static boolean isWaitingFor(Slot slot, SignedRequest request) {
        return slot.batch()
                .map(Batch::requests)
                .filter(requests -> slot.verified < requests.size()
                        && requests.get(slot.verified).digest().equals(request.digest()))
                .isPresent();
    }

    /** The proposal to be executed next, if it is held and was not looked at since it became the next. */
    Optional<Slot> next() {
        if (looked == log.executed()) {
            return Optional.empty();
        }
        looked = log.executed();
        return seqnos.contains(looked + 1) ? log.find(looked + 1) : Optional.empty();
    }

    void clear() {
        seqnos.clear();
    }

    /** Forgets those up to a seqno. */
    void cut(long seqno) {
        seqnos.headSet(seqno, true).clear();
    }

    /** Forgets those from a seqno on. */
    void forgetFrom(long seqno) {
        seqnos.tailSet(seqno, true).clear();
    }
}
