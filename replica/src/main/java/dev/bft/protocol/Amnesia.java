package dev.bft.protocol;

import java.util.Arrays;

/**
 * A replica that lost its vote log must not vote where it may have voted before (sections 9.5, 9.13, amendments
 * RC3, RC4): it asks the others how far it can have come, and votes again only above that.
 *
 * <p>The bound is c_M + 2L: c_M is a c_j such that 2f others report no larger one and f others prepared at or
 * above it. This replica itself knows nothing and counts for neither. It cannot have voted above c_M + L, and an old
 * VIEW-CHANGE of its own counts for nothing above c_M + 2L (amendment RC4).
 */
final class Amnesia {
    private static final long UNKNOWN = -1;

    private final Node node;
    private final long[] checkpoints;
    private final long[] prepared;
    private boolean amnesiac;
    private long bound = UNKNOWN;

    Amnesia(Node node) {
        this.node = node;
        this.checkpoints = new long[node.replicas()];
        this.prepared = new long[node.replicas()];
        Arrays.fill(checkpoints, UNKNOWN);
        Arrays.fill(prepared, UNKNOWN);
    }

    /** Everything before this boot is forgotten; the bound, if an earlier boot found it. */
    void begin(long known) {
        amnesiac = true;
        bound = known;
        node.out.report(new Fact.Amnesia(bound));
    }

    /** A verified stable checkpoint at or above the bound: nothing this replica can have voted for is open. */
    boolean end(long stable) {
        if (!amnesiac || bound == UNKNOWN || stable < bound) {
            return false;
        }
        amnesiac = false;
        return true;
    }

    boolean isActive() {
        return amnesiac;
    }

    /** The bound; -1 while unknown. */
    long bound() {
        return bound;
    }

    /** Whether this replica may send PRE-PREPARE, PREPARE and COMMIT for this seqno. */
    boolean mayVote(long seqno, long stable) {
        return !amnesiac || (bound != UNKNOWN && seqno > bound && stable >= bound);
    }

    /** What another replica reports of itself in an authentic STATUS; true if that settled the bound. */
    boolean onReport(int replica, long executed, long highestPrepared) {
        if (!amnesiac || bound != UNKNOWN) {
            return false;
        }
        long checkpoint = executed / node.settings.checkpointPeriod() * node.settings.checkpointPeriod();
        long known = checkpoints[replica];
        checkpoints[replica] = known == UNKNOWN ? checkpoint : Math.min(known, checkpoint);
        prepared[replica] = Math.max(prepared[replica], Math.max(executed, highestPrepared));
        return estimate();
    }

    private boolean estimate() {
        long best = UNKNOWN;
        for (int j = 0; j < checkpoints.length; j++) {
            boolean settles = checkpoints[j] != UNKNOWN
                    && othersAtMost(j) >= node.quorums.prepares()
                    && othersPrepared(j) >= node.quorums.faulty();
            if (settles && (best == UNKNOWN || checkpoints[j] < best)) {
                best = checkpoints[j];
            }
        }
        if (best == UNKNOWN) {
            return false;
        }
        bound = best + 2 * node.settings.logSize();
        node.out.report(new Fact.Amnesia(bound));
        return true;
    }

    private int othersAtMost(int j) {
        int count = 0;
        for (int k = 0; k < checkpoints.length; k++) {
            if (k != j && checkpoints[k] != UNKNOWN && checkpoints[k] <= checkpoints[j]) {
                count++;
            }
        }
        return count;
    }

    private int othersPrepared(int j) {
        int count = 0;
        for (int k = 0; k < prepared.length; k++) {
            if (k != j && prepared[k] != UNKNOWN && prepared[k] >= checkpoints[j]) {
                count++;
            }
        }
        return count;
    }
}
