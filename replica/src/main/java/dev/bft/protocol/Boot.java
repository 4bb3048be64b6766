package dev.bft.protocol;

import dev.bft.state.PagedState;
import dev.bft.wire.Batch;
import dev.bft.wire.Digest;
import dev.bft.wire.MalformedException;
import dev.bft.wire.NewView;
import dev.bft.wire.ViewChange;
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
    private final Views views;
    /** Whether the view in the records began: then its votes are in slots, else there are none. */
    private boolean begun;

    Boot(Node node, PagedState state, Views.Books books, Views views) {
        this.node = node;
        this.state = state;
        this.log = books.log();
        this.checkpoints = books.checkpoints();
        this.amnesia = books.amnesia();
        this.views = views;
    }

    /** What the records say committed, and which checkpoints were announced. */
    record Loaded(TreeMap<Long, Digest> decided, TreeMap<Long, Digest> announced, boolean sound) {
        /** The highest seqno that is known to have committed; 0 for none. */
        long lastDecided() {
            return decided.isEmpty() ? 0 : decided.lastKey();
        }
    }

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
        // Of a log that is broken or another tick's nothing is believed (RC3): who lost its votes repeats none of them.
        List<byte[]> mine = saved.intact() ? saved.records() : List.of();
        try {
            for (byte[] bytes : mine) {
                records.add(VoteRecord.read(bytes));
            }
        } catch (MalformedException e) {
            return unsound("a record that is none: " + e.getMessage());
        }
        if (raiseStable(saved, records, base) > base) {
            return unsound("the checkpoint it goes on from is gone");
        }
        Optional<String> wrong = loadView(records);
        for (int i = 0; i < records.size() && wrong.isEmpty(); i++) {
            wrong = load(records.get(i), loaded);
        }
        return wrong.map(this::unsound).orElse(loaded);
    }

    private Loaded unsound(String why) {
        distrust("the vote log is not mine: " + why);
        return new Loaded(new TreeMap<>(), new TreeMap<>(), false);
    }

    /** What was read of votes and views is not to be trusted. */
    void distrust(String why) {
        node.out.report(new Fact.Alarm(why));
        log.forgetAll();
        views.forgetAll();
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

    /** The view is the highest that the records leave for or enter. */
    private Optional<String> loadView(List<VoteRecord> records) {
        Optional<ViewChange> left = Optional.empty();
        Optional<NewView> entered = Optional.empty();
        for (VoteRecord record : records) {
            if (record instanceof VoteRecord.Left r) {
                ViewChange next = r.viewChange();
                if (left.filter(vc -> vc.view() >= next.view() && !vc.equals(next))
                                .isPresent()
                        || !views.newViews().isWellFormed(next)) {
                    return Optional.of("a VIEW-CHANGE that I cannot have sent");
                }
                left = Optional.of(next);
            } else if (record instanceof VoteRecord.Entered r) {
                NewView next = r.newView();
                if (entered.filter(nv -> nv.view() >= next.view() && !nv.equals(next))
                        .isPresent()) {
                    return Optional.of("two NEW-VIEWs for one view");
                }
                entered = Optional.of(next);
            }
        }
        views.boot(left, entered);
        begun = node.view() == 0
                || entered.filter(nv -> nv.view() == node.view()).isPresent();
        return Optional.empty();
    }

    private Optional<String> load(VoteRecord record, Loaded loaded) {
        if (record instanceof VoteRecord.Voted voted) {
            return voted(voted.view(), voted.seqno(), voted.batch());
        }
        if (record instanceof VoteRecord.Revoted voted) {
            return revoted(voted);
        }
        if (record instanceof VoteRecord.Prepared prepared) {
            return prepared(prepared);
        }
        if (record instanceof VoteRecord.Body body) {
            if (log.inWindow(body.seqno())) {
                log.slot(body.seqno()).keep(body.batch());
            }
        } else if (record instanceof VoteRecord.Decided decided) {
            loaded.decided.put(decided.seqno(), decided.batch());
        } else if (record instanceof VoteRecord.Announced announced) {
            loaded.announced.put(announced.seqno(), announced.state());
        } else if (record instanceof VoteRecord.Amnesiac amnesiac) {
            amnesia.begin(amnesiac.bound());
        }
        return Optional.empty();
    }

    private Optional<String> revoted(VoteRecord.Revoted voted) {
        if (voted.seqno() <= log.stable()) {
            return Optional.empty();
        }
        Optional<Batch> body = log.body(voted.seqno(), voted.batch());
        return body.isEmpty()
                ? Optional.of("a vote without its batch for seqno " + voted.seqno())
                : voted(voted.view(), voted.seqno(), body.get());
    }

    private Optional<String> voted(long view, long seqno, Batch batch) {
        boolean unknown = view > node.view() || (view == node.view() && !begun);
        // Who lost its votes leaves views and says nothing: its log does not tell which of them began.
        if (unknown && !amnesia.isActive()) {
            return Optional.of("a vote in view " + view + ", which did not begin");
        }
        if ((unknown || view < node.view()) && seqno > log.stable()) {
            // Also beyond the window: a NEW-VIEW of mine may have chosen batches there.
            log.history().prePrepared(seqno, batch, view);
            return Optional.empty();
        }
        if (seqno <= log.stable()) {
            return Optional.empty();
        }
        if (views.newViews().chose(seqno) && node.isPrimary()) {
            // What my NEW-VIEW chose is in Q already, as in the life before (Views.accept).
            log.history().prePrepared(seqno, batch, view);
        }
        if (seqno > log.high()) {
            return views.newViews().chose(seqno)
                    ? Optional.empty()
                    : Optional.of("a vote for seqno " + seqno + ", beyond the window");
        }
        Slot slot = log.slot(seqno);
        if (views.newViews().contradicts(seqno, batch.digest())
                || (slot.batch().isPresent() && !slot.digest().equals(batch.digest()))) {
            return Optional.of("two votes for seqno " + seqno + " in view " + view);
        }
        slot.accept(batch);
        slot.voted = true;
        slot.voteDurable = true;
        slot.proposed = node.isPrimary();
        if (!node.isPrimary()) {
            slot.prepares.put(node.me(), batch.digest());
        }
        return Optional.empty();
    }

    private Optional<String> prepared(VoteRecord.Prepared prepared) {
        if (!log.inWindow(prepared.seqno())) {
            return Optional.empty();
        }
        boolean unknown = amnesia.isActive() && (prepared.view() > node.view() || !begun);
        if (unknown || prepared.view() < node.view()) {
            return log.history().prepared(prepared.seqno(), prepared.batch(), prepared.view())
                    ? Optional.empty()
                    : preparedWithoutVote(prepared);
        }
        Slot slot = log.slot(prepared.seqno());
        if (prepared.view() > node.view() || !slot.voted || !slot.digest().equals(prepared.batch())) {
            return preparedWithoutVote(prepared);
        }
        slot.prepared = true;
        slot.preparedDurable = true;
        slot.commits.put(node.me(), prepared.view(), prepared.batch());
        return Optional.empty();
    }

    private static Optional<String> preparedWithoutVote(VoteRecord.Prepared prepared) {
        return Optional.of("prepared without a vote for seqno " + prepared.seqno());
    }

    /** Everything a new segment of the vote log must carry over (AG12, last paragraph). */
    List<byte[]> records() {
        List<VoteRecord> records = new ArrayList<>();
        records.add(new VoteRecord.StableAt(log.stable()));
        if (amnesia.isActive()) {
            records.add(new VoteRecord.Amnesiac(amnesia.bound()));
        }
        records.addAll(views.records());
        records.addAll(log.history().records());
        log.slots().forEach(slot -> addSlot(slot, records));
        checkpoints
                .takenAbove(log.stable())
                .forEach((seqno, digest) -> records.add(new VoteRecord.Announced(seqno, digest)));
        return records.stream().map(VoteRecord::toBytes).toList();
    }

    private void addSlot(Slot slot, List<VoteRecord> records) {
        if (slot.voted) {
            Batch batch = slot.batch().orElseThrow();
            records.add(
                    log.history().holds(slot.seqno, batch.digest())
                            ? new VoteRecord.Revoted(node.view(), slot.seqno, batch.digest())
                            : new VoteRecord.Voted(node.view(), slot.seqno, batch));
            if (slot.prepared) {
                records.add(new VoteRecord.Prepared(node.view(), slot.seqno, batch.digest()));
            }
        }
        if (slot.seqno <= log.executed() && slot.isCommitted()) {
            Batch fact = slot.committed().orElseThrow();
            if (!slot.voted || !slot.digest().equals(fact.digest())) {
                records.add(new VoteRecord.Body(slot.seqno, fact));
            }
            records.add(new VoteRecord.Decided(slot.seqno, fact.digest()));
        }
    }
}
