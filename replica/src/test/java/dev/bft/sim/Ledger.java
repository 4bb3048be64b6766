package dev.bft.sim;

import dev.bft.protocol.Effect;
import dev.bft.protocol.RecordView;
import dev.bft.wire.Digest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What the disk of one replica is known to hold: the promises that a crash cannot break (amendment AG12). */
final class Ledger {
    private final Batches batches;
    private final Map<Long, Digest> votes = new HashMap<>();
    private final Map<Long, Digest> prepared = new HashMap<>();
    /** The same since the last start, over all segments: what a VIEW-CHANGE may claim that waits for the disk itself. */
    private final Map<Long, Digest> votesOfLife = new HashMap<>();

    private final Map<Long, Digest> preparedOfLife = new HashMap<>();
    /** Batches prepared in whatever view, by seqno. */
    private final Map<Long, Set<Digest>> preparedEver = new HashMap<>();

    private final Map<Long, Set<Digest>> bodies = new HashMap<>();
    private final Map<Long, Digest> decided = new HashMap<>();
    private final Map<Long, Digest> announced = new HashMap<>();
    /** The content of VIEW-CHANGEs and NEW-VIEWs, by view. */
    private final Map<Long, Digest> left = new HashMap<>();

    private final Map<Long, Digest> entered = new HashMap<>();
    private long base;
    /** Marks that never fall while the disk is whole (12.1-22, 24): the view that it tells of, and h. */
    private long view;

    private long stable;
    /** It lost its votes once: it leaves views and says nothing, so its disk need not tell of them (9.13). */
    private boolean amnesiac;

    Ledger(Batches batches) {
        this.batches = batches;
    }

    /** A process starts from this: from all that was durable, or the disk was wiped, damaged, or is for another tick. */
    void restart(DiskImage image, boolean whole) {
        forgetRecords();
        votesOfLife.clear();
        preparedOfLife.clear();
        base = image.seqno();
        stable = Math.max(stable, image.stable() ? base : 0);
        amnesiac = false;
        image.records().forEach(this::add);
        if (!whole) {
            stable = 0;
        }
        if (!whole || amnesiac) {
            view = 0;
        }
    }

    void durable(Effect effect) {
        if (effect instanceof Effect.Append append) {
            add(append.record());
        } else if (effect instanceof Effect.NewSegment segment) {
            forgetRecords();
            segment.records().forEach(this::add);
        } else if (effect instanceof Effect.Install install) {
            base = install.image().seqno();
            stable = Math.max(stable, install.image().stable() ? base : 0);
        }
    }

    private void forgetRecords() {
        votes.clear();
        prepared.clear();
        preparedEver.clear();
        bodies.clear();
        decided.clear();
        announced.clear();
        left.clear();
        entered.clear();
    }

    private void add(byte[] bytes) {
        RecordView record = RecordView.read(bytes);
        long seqno = record.seqno();
        long key = new Position(record.view(), seqno).key();
        switch (record.kind()) {
            case VOTED -> {
                Digest digest = batches.digest(seqno, bytes, record.batchAt());
                votes(key, digest);
                body(seqno, digest);
            }
            case BODY -> body(seqno, batches.digest(seqno, bytes, record.batchAt()));
            case REVOTED -> votes(key, record.digest());
            case PREPARED -> {
                prepared.put(key, record.digest());
                preparedOfLife.put(key, record.digest());
                preparedEver.computeIfAbsent(seqno, n -> new HashSet<>()).add(record.digest());
            }
            case DECIDED -> decided.put(seqno, record.digest());
            case ANNOUNCED -> announced.put(seqno, record.digest());
            case LEFT -> {
                left.put(record.view(), record.digest());
                view = Math.max(view, record.view());
            }
            case ENTERED -> {
                entered.put(record.view(), record.digest());
                view = Math.max(view, record.view());
            }
            case STABLE_AT -> stable = Math.max(stable, seqno);
            case AMNESIAC -> amnesiac = true;
        }
    }

    private void votes(long key, Digest digest) {
        votes.put(key, digest);
        votesOfLife.put(key, digest);
    }

    private void body(long seqno, Digest digest) {
        bodies.computeIfAbsent(seqno, n -> new HashSet<>()).add(digest);
    }

    private boolean holdsBody(long seqno, Digest batch) {
        return batch.equals(dev.bft.wire.Batch.NULL.digest())
                || bodies.getOrDefault(seqno, Set.of()).contains(batch);
    }

    /** Whether the vote is there, and the body that it names. */
    boolean holdsVote(Position at, Digest batch) {
        return batch.equals(votes.get(at.key())) && holdsBody(at.seqno(), batch);
    }

    boolean holdsPrepared(Position at, Digest batch) {
        return batch.equals(prepared.get(at.key()));
    }

    /** Whether any batch is there as prepared in this view. */
    boolean holdsPrepared(Position at) {
        return prepared.containsKey(at.key());
    }

    /** Whether the vote was there since the last start; a checkpoint may have made it needless since. */
    boolean heldVote(Position at, Digest batch) {
        return batch.equals(votesOfLife.get(at.key()));
    }

    boolean heldPrepared(Position at, Digest batch) {
        return batch.equals(preparedOfLife.get(at.key()));
    }

    /** Whether a crash leaves enough to say again that the batch committed: it did, or it prepared in some view. */
    boolean holdsOutcome(long seqno, Digest batch) {
        boolean known = batch.equals(decided.get(seqno))
                || preparedEver.getOrDefault(seqno, Set.of()).contains(batch);
        return base >= seqno || (known && holdsBody(seqno, batch));
    }

    /** Whether a VIEW-CHANGE with these fields is there. */
    boolean holdsViewChange(long view, Digest body) {
        return body.equals(left.get(view));
    }

    /** Whether a NEW-VIEW with these fields is there. */
    boolean holdsNewView(long view, Digest body) {
        return body.equals(entered.get(view));
    }

    /** Whether a NEW-VIEW of this view is there. */
    boolean holdsView(long view) {
        return view == 0 || entered.containsKey(view);
    }

    /** Whether a restart comes as far as this checkpoint: its pages are there, or all that leads to it (AG4). */
    boolean leadsTo(long checkpoint) {
        for (long seqno = base + 1; seqno <= checkpoint; seqno++) {
            Digest batch = decided.getOrDefault(seqno, Digest.ZERO);
            if (batch.equals(Digest.ZERO) || !holdsBody(seqno, batch)) {
                return false;
            }
        }
        return true;
    }

    boolean holdsAnnouncement(long checkpoint, Digest state) {
        return base >= checkpoint || state.equals(announced.get(checkpoint));
    }

    long base() {
        return base;
    }

    /** The highest view that was ever left for or entered on a disk that is whole. */
    long view() {
        return view;
    }

    /** The highest h there. */
    long stable() {
        return stable;
    }
}
