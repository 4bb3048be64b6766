package dev.bft.sim;

import dev.bft.wire.Digest;
import dev.bft.wire.NewView;
import dev.bft.wire.ViewChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/**
 * All VIEW-CHANGEs that ever left: one content for each correct replica and view (12.1-7), nothing claimed that was not
 * so and nothing left out that was (12.1-8), in the form that others take (6.4), no vote below one that left (12.1-5).
 */
final class Departures {
    /** A VIEW-CHANGE on its way to one replica. */
    private record Telling(int receiver, int sender, long view) {}

    private final Plan plan;
    private final Ballots ballots;
    private final Tally tally;
    private final ViewChangeForm form;
    private final Map<Digest, ViewChange> contents = new HashMap<>();
    private final List<TreeMap<Long, ViewChange>> sent = new ArrayList<>();
    private final Map<Telling, Digest> told = new HashMap<>();
    /** Whose claims were compared with its votes before it may have forgotten these. */
    private final Set<Digest> sound = new HashSet<>();
    /** Replicas that forgot in this run what they voted for. */
    private final boolean[] forgetful;

    Departures(Plan plan, Ballots ballots, Tally tally) {
        this.tally = tally;
        this.plan = plan;
        this.form = new ViewChangeForm(plan);
        this.ballots = ballots;
        this.forgetful = new boolean[plan.replicas()];
        for (int i = 0; i < plan.replicas(); i++) {
            sent.add(new TreeMap<>());
        }
    }

    /** Somebody, correct or not, says that a replica said this. */
    void heard(int replica, ViewChange m) {
        contents.put(m.digest(replica), m);
    }

    /** Somebody who may say one thing to one and another to others says this to a replica. */
    void arrives(int replica, int sender, ViewChange m) {
        if (plan.isTraitor(sender)) {
            told.put(new Telling(replica, sender, m.view()), m.digest(sender));
        }
    }

    /** Whether a NEW-VIEW lists another VIEW-CHANGE of somebody than he told this replica. */
    boolean toldOtherwise(int replica, NewView m) {
        return m.viewChanges().stream().anyMatch(v -> {
            Digest here = told.get(new Telling(replica, v.replica(), m.view()));
            return here != null && !here.equals(v.viewChange());
        });
    }

    /** What VIEW-CHANGE has this digest; an impossible one if nobody ever said it. */
    ViewChange content(Digest digest) {
        return contents.getOrDefault(digest, new ViewChange(0, 0, List.of(), List.of(), List.of()));
    }

    /** A correct replica remembers none of its votes and may go on only far above them (amendment RC4). */
    void forgot(int replica) {
        forgetful[replica] = true;
        sent.get(replica).clear();
    }

    /**
     * A VIEW-CHANGE leaves a correct replica.
     *
     * @param heldPrepared whether the replica's disk holds that it prepared a batch somewhere
     * @param heldVote whether it holds that it voted for a batch somewhere
     */
    void leaves(
            int replica,
            ViewChange m,
            BiPredicate<Position, Digest> heldPrepared,
            BiPredicate<Position, Digest> heldVote) {
        heard(replica, m);
        ViewChange before = sent.get(replica).getOrDefault(m.view(), m);
        Violation.unless(
                before.digest(replica).equals(m.digest(replica)),
                "one-view-change",
                () -> "replica " + replica + " sends two VIEW-CHANGEs for view " + m.view() + ": " + before + ", " + m);
        if (sent.get(replica).putIfAbsent(m.view(), m) == null && sound.add(m.digest(replica))) {
            isSound(replica, m, heldPrepared, heldVote);
            form.check(replica, m);
        }
    }

    private void isSound(
            int replica,
            ViewChange m,
            BiPredicate<Position, Digest> heldPrepared,
            BiPredicate<Position, Digest> heldVote) {
        for (ViewChange.Entry p : m.prepared()) {
            Position at = new Position(p.view(), p.seqno());
            boolean held = ballots.hasCommitted(replica, at, p.batch()) || heldPrepared.test(at, p.batch());
            unsound(held, replica, m, "never prepared " + p);
        }
        for (ViewChange.Entry q : m.prePrepared()) {
            Position at = new Position(q.view(), q.seqno());
            boolean held = ballots.hasVoted(replica, at, q.batch()) || heldVote.test(at, q.batch());
            unsound(held, replica, m, "never voted for " + q);
        }
        if (!forgetful[replica]) {
            isWhole(replica, m);
        }
    }

    private static void unsound(boolean holds, int replica, ViewChange m, String what) {
        Violation.unless(
                holds, "sound-view-change", () -> "replica " + replica + " for view " + m.view() + ": " + what);
    }

    /**
     * What left in earlier views is in P and Q, or something later stands there that allows to drop it (6.10). A primary
     * that booted over its VIEW-CHANGE may have voted in the view already when it is asked for it.
     */
    private void isWhole(int replica, ViewChange m) {
        Map<Long, List<ViewChange.Entry>> p = bySeqno(m.prepared());
        Map<Long, List<ViewChange.Entry>> q = bySeqno(m.prePrepared());
        int most = q.values().stream().mapToInt(List::size).max().orElse(0);
        if (most > 1) {
            tally.was(Situation.TWO_BATCHES_IN_Q);
        }
        if (most >= plan.faulty() + 2) {
            tally.was(Situation.FULL_Q);
        }
        for (long seqno = m.stable() + 1; seqno <= m.stable() + plan.tunables().logSize(); seqno++) {
            List<ViewChange.Entry> mine = p.getOrDefault(seqno, List.of());
            List<ViewChange.Entry> votes = q.getOrDefault(seqno, List.of());
            ballots.commitsOf(replica, seqno).forEach((view, batch) -> {
                boolean there = view >= m.view()
                        || mine.stream().anyMatch(e -> e.view() >= view)
                        || votes.stream()
                                .anyMatch(e -> e.view() > view && !e.batch().equals(batch));
                unsound(there, replica, m, "P lacks " + batch + " of view " + view);
            });
            ballots.votesOf(replica, seqno).forEach((view, batch) -> {
                boolean there = view >= m.view()
                        || votes.stream().anyMatch(e -> e.batch().equals(batch) && e.view() >= view);
                boolean evicted = votes.size() >= plan.faulty() + 2;
                unsound(there || evicted, replica, m, "Q lacks " + batch + " of view " + view);
            });
        }
    }

    private static Map<Long, List<ViewChange.Entry>> bySeqno(List<ViewChange.Entry> entries) {
        Map<Long, List<ViewChange.Entry>> all = new HashMap<>();
        entries.forEach(
                e -> all.computeIfAbsent(e.seqno(), n -> new ArrayList<>(1)).add(e));
        return all;
    }

    /** A vote leaves for the first time: not below a VIEW-CHANGE that left before it. */
    void votes(int replica, Position at) {
        long floor = sent.get(replica).isEmpty() ? 0 : sent.get(replica).lastKey();
        Violation.unless(
                at.view() >= floor,
                "no-vote-below",
                () -> "replica " + replica + " votes at " + at + " after its VIEW-CHANGE for view " + floor);
    }

    /** At the end: what each Q promises of what may have committed (12.1-9, facts (i) and (ii) of 6.10). */
    void keepTheirPromises() {
        for (TreeMap<Long, ViewChange> mine : sent) {
            for (ViewChange m : mine.values()) {
                bySeqno(m.prePrepared()).forEach(this::keepsPromise);
            }
        }
    }

    private void keepsPromise(long seqno, List<ViewChange.Entry> votes) {
        ballots.established(seqno).ifPresent(committed -> keepsPromise(seqno, committed, votes));
    }

    private static void keepsPromise(long seqno, Ballots.Committed committed, List<ViewChange.Entry> votes) {
        List<ViewChange.Entry> latest = new ArrayList<>(votes);
        latest.sort((a, b) -> Long.compare(b.view(), a.view()));
        long second = latest.size() > 1 ? latest.get(1).view() : 0;
        boolean first = committed.batch().equals(latest.get(0).batch())
                || committed.view() >= latest.get(0).view();
        Violation.unless(
                first && committed.view() >= second,
                "promise-of-q",
                () -> "seqno " + seqno + ": " + committed + " against " + votes);
    }
}
