package dev.bft.sim;

import java.util.List;

/**
 * The connections between replicas, as each sees its own: one that broke is noticed a little later, and made again in a
 * while. They only say when to be impatient; frames come and go as the network will have it.
 */
final class Wires {
    private static final long NOTICED = 20 * Plan.MILLIS;
    private static final long MADE_AGAIN = 300 * Plan.MILLIS;

    private final Timeline time;
    private final Tally tally;
    private final Rng rng;
    private final List<SimReplica> replicas;

    Wires(Timeline time, Tally tally, Rng rng, List<SimReplica> replicas) {
        this.time = time;
        this.tally = tally;
        this.rng = rng;
        this.replicas = replicas;
    }

    /** A replica died: the others notice, unless it is back before. */
    void died(int replica) {
        for (int other = 0; other < replicas.size(); other++) {
            int peer = other;
            time.in(rng.between(1, NOTICED), () -> {
                if (!replicas.get(replica).isUp()) {
                    replicas.get(peer).reached(replica, false);
                }
            });
        }
    }

    /** A replica is there: it and the others connect. */
    void booted(int replica) {
        for (int other = 0; other < replicas.size(); other++) {
            if (other != replica) {
                make(replica, other);
            }
        }
    }

    /** The connection of two replicas breaks for no reason. */
    void breaks(int one, int other) {
        tally.saw(Fault.RESET);
        replicas.get(one).reached(other, false);
        replicas.get(other).reached(one, false);
        make(one, other);
    }

    private void make(int one, int other) {
        time.in(rng.skewed(Plan.MILLIS, MADE_AGAIN), () -> {
            if (replicas.get(one).isUp() && replicas.get(other).isUp()) {
                replicas.get(one).reached(other, true);
                replicas.get(other).reached(one, true);
            }
        });
    }
}
