package dev.bft.sim;

import dev.bft.protocol.Effect;
import dev.bft.protocol.RecordView;
import dev.bft.wire.Batch;
import dev.bft.wire.Digest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What the disk of one replica is known to hold: the promises that a crash cannot break. */
final class Ledger {
    private final Batches batches;
    private final Map<Ballots.Position, Digest> votes = new HashMap<>();
    private final Map<Long, Set<Digest>> bodies = new HashMap<>();
    private final Map<Ballots.Position, Digest> prepared = new HashMap<>();
    private final Map<Long, Digest> left = new HashMap<>();
    private final Map<Long, Digest> entered = new HashMap<>();
    private final Map<Long, Digest> decided = new HashMap<>();
    private final Map<Long, Digest> announced = new HashMap<>();
    private long base;

    Ledger(Batches batches) {
        this.batches = batches;
    }

    void restart(DiskImage image) {
        forgetRecords();
        base = image.seqno();
        image.records().forEach(this::add);
    }

    void durable(Effect effect) {
        if (effect instanceof Effect.Append append) {
            add(append.record());
        } else if (effect instanceof Effect.NewSegment segment) {
            forgetRecords();
            segment.records().forEach(this::add);
        } else if (effect instanceof Effect.Install install) {
            base = install.image().seqno();
        }
    }

    private void forgetRecords() {
        votes.clear();
        bodies.clear();
        prepared.clear();
        left.clear();
        entered.clear();
        decided.clear();
        announced.clear();
    }

    private void add(byte[] bytes) {
        RecordView record = RecordView.read(bytes);
        long seqno = record.seqno();
        Ballots.Position at = new Ballots.Position(record.view(), seqno);
        switch (record.kind()) {
            case VOTED -> {
                Digest digest = batches.digest(seqno, bytes, record.batchAt());
                votes.put(at, digest);
                body(seqno, digest);
            }
            case REVOTED -> votes.put(at, record.digest());
            case BODY -> body(seqno, batches.digest(seqno, bytes, record.batchAt()));
            case PREPARED -> prepared.put(at, record.digest());
            case DECIDED -> decided.put(seqno, record.digest());
            case ANNOUNCED -> announced.put(seqno, record.digest());
            case LEFT -> left.put(record.view(), record.digest());
            case ENTERED -> entered.put(record.view(), record.digest());
            case AMNESIAC, STABLE_AT -> {}
        }
    }

    private void body(long seqno, Digest batch) {
        bodies.computeIfAbsent(seqno, n -> new HashSet<>()).add(batch);
    }

    private boolean holdsBody(long seqno, Digest batch) {
        return batch.equals(Batch.NULL.digest())
                || bodies.getOrDefault(seqno, Set.of()).contains(batch);
    }

    /** A vote counts with its body. */
    boolean holdsVote(Ballots.Position at, Digest batch) {
        return batch.equals(votes.get(at)) && holdsBody(at.seqno(), batch);
    }

    boolean holdsPrepared(Ballots.Position at, Digest batch) {
        return batch.equals(prepared.get(at));
    }

    /** Whether the replica has it on disk that it prepared this in whatever view. */
    boolean holdsPrepared(long seqno, Digest batch) {
        return prepared.entrySet().stream()
                .anyMatch(e -> e.getKey().seqno() == seqno && e.getValue().equals(batch));
    }

    /** Whether the NEW-VIEW by which a view is entered is on disk. */
    boolean holdsNewView(long view, Digest newView) {
        return newView.equals(entered.get(view));
    }

    /** Whether a VIEW-CHANGE is on disk; by the digest that replica 0 would give it. */
    boolean holdsViewChange(long view, Digest viewChange) {
        return viewChange.equals(left.get(view));
    }

    /** Whether a restart comes as far as this checkpoint: its pages are there, or all that leads to it (AG4). */
    boolean leadsTo(long checkpoint) {
        for (long seqno = base + 1; seqno <= checkpoint; seqno++) {
            Digest batch = decided.get(seqno);
            if (batch == null || !holdsBody(seqno, batch)) {
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
}
