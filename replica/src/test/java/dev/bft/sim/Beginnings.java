package dev.bft.sim;

import dev.bft.wire.Batch;
import dev.bft.wire.Digest;
import dev.bft.wire.NewView;
import dev.bft.wire.ViewChange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All NEW-VIEWs by which correct replicas begin views: each follows from the VIEW-CHANGEs it lists (12.1-23), respects
 * all that may have committed before (12.1-6), and a correct primary makes one for each view.
 */
final class Beginnings {
    private final Plan plan;
    private final Ballots ballots;
    private final Departures departures;
    private final Tally tally;
    private final TreeMap<Long, List<Begun>> accepted = new TreeMap<>();

    /** A NEW-VIEW, and the replica that began the view so first. */
    private record Begun(int replica, NewView newView) {}

    Beginnings(Plan plan, Ballots ballots, Departures departures, Tally tally) {
        this.plan = plan;
        this.ballots = ballots;
        this.departures = departures;
        this.tally = tally;
    }

    /** A correct replica begins a view so, or is about to. */
    void accepted(int replica, NewView m) {
        sometimes(Situation.TOLD_OTHERWISE, departures.toldOtherwise(replica, m));
        List<Begun> same = accepted.computeIfAbsent(m.view(), v -> new ArrayList<>());
        if (same.stream().anyMatch(b -> b.newView.equals(m))) {
            return;
        }
        sometimes(Situation.TWO_BEGINNINGS, same.stream().anyMatch(b -> b.replica != replica));
        same.add(new Begun(replica, m));
        Violation.unless(
                same.size() == 1 || plan.isTraitor((int) (m.view() % plan.replicas())),
                "one-new-view",
                () -> "view " + m.view() + " begins in two ways though its primary is correct: " + same);
        Map<Integer, ViewChange> listed = new HashMap<>();
        m.viewChanges().forEach(v -> listed.put(v.replica(), departures.content(v.viewChange())));
        Violation.unless(
                NewViewOracle.isValid(plan.replicas(), plan.tunables().logSize(), m, listed),
                "new-view",
                () -> "replica " + replica + " begins view " + m.view() + " by " + m + ", which does not follow from "
                        + listed);
        notice(m, listed);
        ballots.committedFrom(m.checkpoint() + 1).forEach((seqno, committed) -> respects(m, seqno, committed));
    }

    private void notice(NewView m, Map<Integer, ViewChange> listed) {
        Digest none = Batch.NULL.digest();
        sometimes(Situation.BATCH_CHOSEN, m.batches().stream().anyMatch(d -> !d.equals(none)));
        sometimes(Situation.FORGOTTEN_CHOSEN, m.batches().stream().anyMatch(d -> isForgotten(d, listed.values())));
        sometimes(Situation.NULL_CHOSEN, m.batches().contains(none));
        sometimes(Situation.CHECKPOINT_CHOSEN, m.checkpoint() > 0);
        sometimes(Situation.MORE_THAN_A_QUORUM, m.viewChanges().size() > plan.quorum());
        sometimes(Situation.VIEW_CHANGE_AHEAD, listed.values().stream().anyMatch(vc -> vc.stable() > m.checkpoint()));
    }

    /** Whether too few remember their vote for a batch to vouch for it by that. */
    private boolean isForgotten(Digest batch, Collection<ViewChange> listed) {
        long remember = listed.stream()
                .filter(vc -> vc.prePrepared().stream().anyMatch(q -> q.batch().equals(batch)))
                .count();
        return !batch.equals(Batch.NULL.digest()) && remember <= plan.faulty();
    }

    private void sometimes(Situation situation, boolean is) {
        if (is) {
            tally.was(situation);
        }
    }

    /** Something may have committed: no later view may begin without it. */
    void committed(long seqno, Ballots.Committed committed) {
        for (List<Begun> same : accepted.tailMap(committed.view(), false).values()) {
            same.forEach(b -> respects(b.newView, seqno, committed));
        }
    }

    private static void respects(NewView m, long seqno, Ballots.Committed committed) {
        if (committed.view() >= m.view() || seqno <= m.checkpoint()) {
            return;
        }
        long index = seqno - m.checkpoint() - 1;
        boolean same =
                index < m.batches().size() && m.batches().get((int) index).equals(committed.batch());
        Violation.unless(
                same,
                "commit-durability",
                () -> "view " + m.view() + " begins without what committed at seqno " + seqno + ": " + committed
                        + ", but " + chosen(m, index));
    }

    private static String chosen(NewView m, long index) {
        Digest none = Digest.ZERO;
        return "checkpoint " + m.checkpoint() + ", chosen "
                + (index < m.batches().size() ? m.batches().get((int) index) : none);
    }
}
