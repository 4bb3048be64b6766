package dev.bft.sim;

import dev.bft.protocol.Effect;
import dev.bft.protocol.RecordView;
import dev.bft.wire.Digest;
import java.util.HashMap;
import java.util.Map;

/** What the disk of one replica is known to hold: the promises that a crash cannot break. */
final class Ledger {
    private final Batches batches;
    private final Map<Long, Digest> votes = new HashMap<>();
    private final Map<Long, Digest> bodies = new HashMap<>();
    private final Map<Long, Digest> prepared = new HashMap<>();
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
        decided.clear();
        announced.clear();
    }

    private void add(byte[] bytes) {
        RecordView record = RecordView.read(bytes);
        long seqno = record.seqno();
        switch (record.kind()) {
            case VOTED -> {
                Digest digest = batches.digest(seqno, bytes, record.batchAt());
                votes.put(seqno, digest);
                bodies.put(seqno, digest);
            }
            case BODY -> bodies.put(seqno, batches.digest(seqno, bytes, record.batchAt()));
            case PREPARED -> prepared.put(seqno, record.digest());
            case DECIDED -> decided.put(seqno, record.digest());
            case ANNOUNCED -> announced.put(seqno, record.digest());
            case AMNESIAC, STABLE_AT -> {}
        }
    }

    boolean holdsVote(long seqno, Digest batch) {
        return batch.equals(votes.get(seqno));
    }

    boolean holdsPrepared(long seqno, Digest batch) {
        return batch.equals(prepared.get(seqno));
    }

    /** Whether a restart comes as far as this checkpoint: its pages are there, or all that leads to it (AG4). */
    boolean leadsTo(long checkpoint) {
        for (long seqno = base + 1; seqno <= checkpoint; seqno++) {
            Digest batch = decided.get(seqno);
            if (batch == null || !batch.equals(bodies.get(seqno))) {
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
