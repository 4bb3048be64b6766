package dev.bft.sim;

import dev.bft.wire.Digest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * All votes that ever left a replica, over all its lives: one digest for each replica, view and seqno (12.1-4), and
 * behind each step as many replicas as it needs (12.1-19).
 */
final class Ballots {
    private static final int SEQNO_BITS = 40;

    private final int quorum;
    /** The digest each replica voted for, by view and seqno. */
    private final Map<Long, Digest[]> votes = new HashMap<>();
    /** The digest each replica committed to, by view and seqno. */
    private final Map<Long, Digest[]> commits = new HashMap<>();

    private final int replicas;
    private final Digest[] none;
    private long highestView;

    Ballots(Plan plan) {
        this.replicas = plan.replicas();
        this.quorum = plan.quorum();
        this.none = none();
    }

    /** A view and a seqno. */
    record Position(long view, long seqno) {
        private long key() {
            return view << SEQNO_BITS | seqno;
        }
    }

    /**
     * What needs support.
     *
     * @param batch the batch
     * @param ownOnDisk whether the replica has its own statement on disk, sent or not
     */
    record Support(Digest batch, boolean ownOnDisk) {}

    /** A PRE-PREPARE or PREPARE leaves. */
    void voted(int replica, Position at, Digest batch) {
        put(votes, replica, at.key(), batch);
    }

    /** A COMMIT leaves: it must rest on the votes of a quorum, its own perhaps only on disk. */
    void committed(int replica, Position at, Support asked) {
        highestView = Math.max(highestView, at.view);
        put(commits, replica, at.key(), asked.batch);
        int support = support(votes, replica, at, asked);
        Violation.unless(
                support >= quorum,
                "prepared-backing",
                () -> "replica " + replica + " sends COMMIT for seqno " + at.seqno + ", which " + support
                        + " voted for");
    }

    /** A replica took a batch for committed: in one view a quorum must have prepared it. */
    void decided(int replica, long seqno, Support asked) {
        int support = 0;
        for (long view = 0; view <= highestView; view++) {
            support = Math.max(support, support(commits, replica, new Position(view, seqno), asked));
        }
        int most = support;
        Violation.unless(
                most >= quorum,
                "committed-backing",
                () -> "replica " + replica + " committed seqno " + seqno + ", which " + most + " prepared");
    }

    private void put(Map<Long, Digest[]> all, int replica, long key, Digest batch) {
        Digest[] held = all.computeIfAbsent(key, k -> none());
        boolean same = held[replica].equals(Digest.ZERO) || held[replica].equals(batch);
        Violation.unless(
                same,
                "single-vote",
                () -> "replica " + replica + " voted for " + held[replica] + " and " + batch + " at "
                        + Long.toHexString(key));
        held[replica] = batch;
    }

    private Digest[] none() {
        Digest[] none = new Digest[replicas];
        Arrays.fill(none, Digest.ZERO);
        return none;
    }

    private int support(Map<Long, Digest[]> all, int replica, Position at, Support asked) {
        Digest[] held = all.getOrDefault(at.key(), none);
        int count = 0;
        for (int i = 0; i < replicas; i++) {
            count += held[i].equals(asked.batch) || (i == replica && asked.ownOnDisk) ? 1 : 0;
        }
        return count;
    }
}
