package dev.bft.protocol;

import dev.bft.state.PagedState;
import dev.bft.wire.Batch;
import dev.bft.wire.Digest;
import dev.bft.wire.MalformedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Rebuilds a replica from what its disk held, and writes that down again: the vote log's records (section 9.4,
 * amendments AG3, AG4, AG12). The disk may lie: what does not fit makes the replica amnesiac, never wrong.
 */
final class Boot {
    private final Node node;
    private final PagedState state;
    private final Log log;
    private final Checkpoints checkpoints;
    private final Amnesia amnesia;

    Boot(Node node, PagedState state, Log log, Checkpoints checkpoints, Amnesia amnesia) {
        this.node = node;
        this.state = state;
        this.log = log;
        this.checkpoints = checkpoints;
        this.amnesia = amnesia;
    }

    /** What the records say committed, and which checkpoints were announced. */
    record Loaded(TreeMap<Long, Digest> decided, TreeMap<Long, Digest> announced, boolean sound) {}

    /** Checks the base against its digest; a base that does not match is a store of unknown pages: start anew. */
    boolean loadBase(Saved saved) {
        if (saved.seqno() == 0) {
            state.reformat();
            return false;
        }
        if (!state.recompute(saved.seqno()).equals(saved.digest())) {
            node.out.report(new Fact.Alarm("the state file does not match its digest at checkpoint " + saved.seqno()
                    + ": the state will be fetched"));
            state.reformat();
            return false;
        }
        return true;
    }

    /** Reads the records into the log. */
    Loaded loadVotes(Saved saved, long base) {
        Loaded loaded = new Loaded(new TreeMap<>(), new TreeMap<>(), true);
        List<VoteRecord> records = new ArrayList<>();
        try {
            for (byte[] bytes : saved.records()) {
                records.add(VoteRecord.read(bytes));
            }
        } catch (MalformedException e) {
            return unsound("a record that is none: " + e.getMessage());
        }
        if (raiseStable(saved, records, base) > base) {
            return unsound("the checkpoint it goes on from is gone");
        }
        for (VoteRecord record : records) {
            Optional<String> wrong = load(record, loaded);
            if (wrong.isPresent()) {
                return unsound(wrong.get());
            }
        }
        return loaded;
    }

    private Loaded unsound(String why) {
        node.out.report(new Fact.Alarm("the vote log is not mine: " + why));
        log.forgetAll();
        return new Loaded(new TreeMap<>(), new TreeMap<>(), false);
    }

    /** h as the base and the records tell it; the log begins there, if the base is not below it. */
    private long raiseStable(Saved saved, List<VoteRecord> records, long base) {
        long stable = saved.stable() ? base : 0;
        for (VoteRecord record : records) {
            if (record instanceof VoteRecord.StableAt at) {
                stable = Math.max(stable, at.seqno());
            }
        }
        log.cut(Math.min(stable, base));
        return stable;
    }

    private Optional<String> load(VoteRecord record, Loaded loaded) {
        if (record instanceof VoteRecord.Voted voted) {
            return body(voted.seqno(), voted.batch(), true);
        }
        if (record instanceof VoteRecord.Body body) {
            return body(body.seqno(), body.batch(), false);
        }
        if (record instanceof VoteRecord.Prepared prepared) {
            return prepared(prepared);
        }
        if (record instanceof VoteRecord.Decided decided) {
            loaded.decided.put(decided.seqno(), decided.batch());
        } else if (record instanceof VoteRecord.Announced announced) {
            loaded.announced.put(announced.seqno(), announced.state());
        } else if (record instanceof VoteRecord.Amnesiac amnesiac) {
            amnesia.begin(amnesiac.bound());
        }
        return Optional.empty();
    }

    private Optional<String> body(long seqno, Batch batch, boolean vote) {
        if (seqno > log.high()) {
            return Optional.of("a vote for seqno " + seqno + ", beyond the window");
        }
        if (!log.inWindow(seqno)) {
            return Optional.empty();
        }
        Slot slot = log.slot(seqno);
        if (slot.batch().isPresent() && !slot.digest().equals(batch.digest())) {
            return Optional.of("two votes for seqno " + seqno);
        }
        slot.accept(batch);
        if (vote) {
            slot.voted = true;
            slot.voteDurable = true;
            slot.proposed = node.isPrimary();
            if (!node.isPrimary()) {
                slot.prepares.put(node.me(), batch.digest());
            }
        }
        return Optional.empty();
    }

    private Optional<String> prepared(VoteRecord.Prepared prepared) {
        if (!log.inWindow(prepared.seqno())) {
            return Optional.empty();
        }
        Slot slot = log.slot(prepared.seqno());
        if (!slot.voted || !slot.digest().equals(prepared.batch())) {
            return Optional.of("prepared without a vote for seqno " + prepared.seqno());
        }
        slot.prepared = true;
        slot.preparedDurable = true;
        slot.commits.put(node.me(), prepared.batch());
        return Optional.empty();
    }

    /** Everything a new segment of the vote log must carry over (AG12, last paragraph). */
    List<byte[]> records() {
        List<byte[]> records = new ArrayList<>();
        records.add(new VoteRecord.StableAt(log.stable()).toBytes());
        if (amnesia.isActive()) {
            records.add(new VoteRecord.Amnesiac(amnesia.bound()).toBytes());
        }
        for (Slot slot : log.slots()) {
            boolean executed = slot.seqno <= log.executed();
            slot.batch().filter(b -> slot.voted || executed).ifPresent(batch -> {
                records.add(
                        slot.voted
                                ? new VoteRecord.Voted(node.view(), slot.seqno, batch).toBytes()
                                : new VoteRecord.Body(slot.seqno, batch).toBytes());
                if (slot.prepared && slot.voted) {
                    records.add(new VoteRecord.Prepared(node.view(), slot.seqno, batch.digest()).toBytes());
                }
                if (executed) {
                    records.add(new VoteRecord.Decided(slot.seqno, batch.digest()).toBytes());
                }
            });
        }
        checkpoints
                .takenAbove(log.stable())
                .forEach((seqno, digest) -> records.add(new VoteRecord.Announced(seqno, digest).toBytes()));
        return records;
    }
}
