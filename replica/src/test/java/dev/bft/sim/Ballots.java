package dev.bft.sim;

import dev.bft.wire.Digest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * All votes that ever left a correct replica, over all its lives: one digest for each replica, view and seqno
 * (12.1-4), one prepared digest for each view and seqno (12.1-3), and behind each step as many replicas as it needs
 * (12.1-19). Whatever is asked of a faulty replica, it may have said it.
 */
final class Ballots {
    private final Plan plan;
    /** The digest each replica voted for, by view and seqno. */
    private final Map<Long, Digest[]> votes = new HashMap<>();
    /** The digest each replica committed to, by view and seqno. */
    private final Map<Long, Digest[]> commits = new HashMap<>();
    /** The views in which anybody voted for, or committed to, a seqno. */
    private final Map<Long, List<Long>> voteViews = new HashMap<>();

    private final Map<Long, List<Long>> commitViews = new HashMap<>();
    /** What may have committed, by seqno, and the first view that it did in. */
    private final TreeMap<Long, Committed> committed = new TreeMap<>();

    private final Digest[] none;

    Ballots(Plan plan) {
        this.plan = plan;
        this.none = none();
    }

    /**
     * What needs support.
     *
     * @param batch the batch
     * @param ownOnDisk whether the replica has its own statement on disk, sent or not
     */
    record Support(Digest batch, boolean ownOnDisk) {}

    /** A batch that a quorum said COMMIT for in one view. */
    record Committed(Digest batch, long view) {}

    /** A PRE-PREPARE or PREPARE leaves; true if it is the first time. */
    boolean voted(int replica, Position at, Digest batch) {
        return put(votes, voteViews, new Cell(replica, at), batch);
    }

    /** A PREPARE is for what was proposed; a faulty primary may have proposed anything. */
    void prepares(int replica, Position at, Digest batch) {
        int primary = (int) (at.view() % plan.replicas());
        Violation.unless(
                replica == primary || plan.isTraitor(primary) || hasVoted(primary, at, batch),
                "proposed-backing",
                () -> "replica " + replica + " votes for " + batch + " at " + at + ", which nobody proposed");
    }

    /** A COMMIT leaves: it must rest on the votes of a quorum, its own perhaps only on disk; true if it is new. */
    boolean committed(int replica, Position at, Support asked) {
        boolean fresh = put(commits, commitViews, new Cell(replica, at), asked.batch);
        int support = support(votes, replica, at, asked);
        Violation.unless(
                support >= plan.quorum(),
                "prepared-backing",
                () -> "replica " + replica + " sends COMMIT for " + at + ", which " + support + " voted for");
        for (Digest other : commits.getOrDefault(at.key(), none)) {
            boolean same = other.equals(Digest.ZERO) || other.equals(asked.batch);
            Violation.unless(same, "prepared-uniqueness", () -> at + ": " + other + " and " + asked.batch);
        }
        if (fresh && support(commits, replica, at, asked) >= plan.quorum()) {
            Committed before = committed.getOrDefault(at.seqno(), new Committed(asked.batch, at.view()));
            Violation.unless(
                    before.batch.equals(asked.batch),
                    "agreement",
                    () -> at + ": a quorum says COMMIT for " + asked.batch + ", but did for " + before.batch
                            + " in view " + before.view);
            committed.put(at.seqno(), new Committed(asked.batch, Math.min(before.view, at.view())));
        }
        return fresh;
    }

    /** A replica took a batch for committed: in some view a quorum must have prepared it, itself perhaps on disk only. */
    void decided(int replica, long seqno, Digest batch, Predicate<Position> ownOnDisk) {
        int most = 0;
        for (long view : voteViews.getOrDefault(seqno, List.of())) {
            Position at = new Position(view, seqno);
            most = Math.max(most, support(commits, replica, at, new Support(batch, ownOnDisk.test(at))));
        }
        int support = most;
        Violation.unless(
                support >= plan.quorum(),
                "committed-backing",
                () -> "replica " + replica + " committed seqno " + seqno + ", which " + support
                        + " prepared in any one view");
    }

    /** What may have committed at a seqno. */
    Optional<Committed> established(long seqno) {
        return Optional.ofNullable(committed.get(seqno));
    }

    /** What may have committed at these seqnos and above. */
    Map<Long, Committed> committedFrom(long seqno) {
        return committed.tailMap(seqno);
    }

    boolean hasVoted(int replica, Position at, Digest batch) {
        return votes.getOrDefault(at.key(), none)[replica].equals(batch);
    }

    boolean hasCommitted(int replica, Position at, Digest batch) {
        return commits.getOrDefault(at.key(), none)[replica].equals(batch);
    }

    /** The votes of a replica at a seqno, by view. */
    Map<Long, Digest> votesOf(int replica, long seqno) {
        return of(votes, voteViews, replica, seqno);
    }

    /** The COMMITs of a replica at a seqno, by view. */
    Map<Long, Digest> commitsOf(int replica, long seqno) {
        return of(commits, commitViews, replica, seqno);
    }

    private Map<Long, Digest> of(Map<Long, Digest[]> all, Map<Long, List<Long>> views, int replica, long seqno) {
        TreeMap<Long, Digest> mine = new TreeMap<>();
        for (long view : views.getOrDefault(seqno, List.of())) {
            Digest held = all.getOrDefault(new Position(view, seqno).key(), none)[replica];
            if (!held.equals(Digest.ZERO)) {
                mine.put(view, held);
            }
        }
        return mine;
    }

    private record Cell(int replica, Position at) {}

    private boolean put(Map<Long, Digest[]> all, Map<Long, List<Long>> views, Cell cell, Digest batch) {
        Position at = cell.at;
        Digest[] held = all.computeIfAbsent(at.key(), k -> {
            views.computeIfAbsent(at.seqno(), n -> new ArrayList<>(1)).add(at.view());
            return none();
        });
        Digest old = held[cell.replica];
        Violation.unless(
                old.equals(Digest.ZERO) || old.equals(batch),
                "single-vote",
                () -> "replica " + cell.replica + " voted for " + old + " and " + batch + " at " + at);
        held[cell.replica] = batch;
        return old.equals(Digest.ZERO);
    }

    private Digest[] none() {
        Digest[] fresh = new Digest[plan.replicas()];
        Arrays.fill(fresh, Digest.ZERO);
        return fresh;
    }

    private int support(Map<Long, Digest[]> all, int replica, Position at, Support asked) {
        Digest[] held = all.getOrDefault(at.key(), none);
        int count = 0;
        for (int i = 0; i < held.length; i++) {
            boolean own = i == replica && asked.ownOnDisk;
            count += held[i].equals(asked.batch) || own || plan.isTraitor(i) ? 1 : 0;
        }
        return count;
    }
}
