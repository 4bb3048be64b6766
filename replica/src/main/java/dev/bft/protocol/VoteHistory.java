package dev.bft.protocol;

import dev.bft.wire.Batch;
import dev.bft.wire.Digest;
import dev.bft.wire.ViewChange;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * P and Q: what this replica prepared and pre-prepared in the views it left, and the bodies (sections 6.2, 6.10).
 *
 * <p>Q holds for each seqno the f+2 batches of the highest views. A batch pre-prepared in a later view ends the
 * P of another one: that pre-prepare rested on a NEW-VIEW, which implies that nothing else committed before.
 */
final class VoteHistory {
    /** Votes remembered for one seqno beside Q: each takes a view that came to nothing. */
    private static final int EVICTED_MAX = 64;

    private final int digestsMax;
    private final TreeMap<Long, Past> pasts = new TreeMap<>();

    /** What was voted for at one seqno. */
    private static final class Past {
        Optional<ViewChange.Entry> prepared = Optional.empty();
        final TreeMap<Digest, ViewChange.Entry> prePrepared = new TreeMap<>();
        final TreeMap<Digest, Batch> bodies = new TreeMap<>();
        /** The last that Q has no room for any more, oldest first. */
        final ArrayDeque<Digest> evicted = new ArrayDeque<>();

        boolean isPrepared(Digest batch) {
            return prepared.filter(p -> p.batch().equals(batch)).isPresent();
        }
    }

    VoteHistory(Quorums quorums) {
        digestsMax = digestsMax(quorums);
    }

    /** The most batches in Q for one seqno. */
    static int digestsMax(Quorums quorums) {
        return quorums.faulty() + 2;
    }

    /** I pre-prepared a batch in a view that I have left since. */
    void prePrepared(long seqno, Batch batch, long view) {
        Past past = pasts.computeIfAbsent(seqno, n -> new Past());
        Digest digest = batch.digest();
        ViewChange.Entry known = past.prePrepared.get(digest);
        long last = known == null ? view : Math.max(view, known.view());
        past.prePrepared.put(digest, new ViewChange.Entry(seqno, digest, last));
        past.bodies.put(digest, batch);
        if (past.prepared
                .filter(p -> !p.batch().equals(digest) && p.view() < view)
                .isPresent()) {
            past.prepared = Optional.empty();
        }
        evict(past);
    }

    /** The pair of P stays: without it P has no voucher at this replica itself (amendment AG11). */
    private void evict(Past past) {
        while (past.prePrepared.size() > digestsMax) {
            past.prePrepared.values().stream()
                    .filter(q -> !past.isPrepared(q.batch()))
                    .min(Comparator.comparingLong(ViewChange.Entry::view))
                    .ifPresent(oldest -> {
                        past.prePrepared.remove(oldest.batch());
                        past.bodies.remove(oldest.batch());
                        past.evicted.remove(oldest.batch());
                        past.evicted.addLast(oldest.batch());
                    });
            if (past.evicted.size() > EVICTED_MAX) {
                past.evicted.removeFirst();
            }
        }
    }

    /** It was prepared there in that view; false if it was never pre-prepared. */
    boolean prepared(long seqno, Digest batch, long view) {
        Past past = pasts.get(seqno);
        if (past == null || !past.prePrepared.containsKey(batch)) {
            return false;
        }
        if (past.prepared.filter(p -> p.view() > view).isEmpty()) {
            past.prepared = Optional.of(new ViewChange.Entry(seqno, batch, view));
        }
        return true;
    }

    /** Whether this batch is in Q there, with its body. */
    boolean holds(long seqno, Digest batch) {
        return body(seqno, batch).isPresent();
    }

    /**
     * Whether I voted for this batch there: then I knew its requests to be authentic, or that they change nothing after
     * what is before them. Also if Q has no room for it any more: another replica may have prepared it, and the client
     * may be gone and its key with it (amendment AG10).
     */
    boolean votedFor(long seqno, Digest batch) {
        Past past = pasts.get(seqno);
        return past != null && (past.bodies.containsKey(batch) || past.evicted.contains(batch));
    }

    Optional<Batch> body(long seqno, Digest batch) {
        return Optional.ofNullable(pasts.get(seqno)).map(past -> past.bodies.get(batch));
    }

    /** P. */
    List<ViewChange.Entry> prepared() {
        return pasts.values().stream().flatMap(past -> past.prepared.stream()).toList();
    }

    /** Q, for each seqno by increasing view. */
    List<ViewChange.Entry> prePrepared() {
        List<ViewChange.Entry> all = new ArrayList<>();
        for (Past past : pasts.values()) {
            past.prePrepared.values().stream()
                    .sorted(Comparator.comparingLong(ViewChange.Entry::view))
                    .forEach(all::add);
        }
        return all;
    }

    /** Q up to a seqno. */
    List<ViewChange.Entry> prePrepared(long last) {
        return prePrepared().stream().filter(q -> q.seqno() <= last).toList();
    }

    /** The records from which the disk rebuilds this. */
    List<VoteRecord> records() {
        List<VoteRecord> records = new ArrayList<>();
        for (ViewChange.Entry q : prePrepared()) {
            body(q.seqno(), q.batch()).ifPresent(body -> records.add(new VoteRecord.Voted(q.view(), q.seqno(), body)));
        }
        prepared().forEach(p -> records.add(new VoteRecord.Prepared(p.view(), p.seqno(), p.batch())));
        return records;
    }

    /** The checkpoint at this seqno is stable: what is at or below it is over. */
    void cut(long seqno) {
        pasts.headMap(seqno, true).clear();
    }

    void clear() {
        pasts.clear();
    }
}
