package dev.bft.keystore;

import java.util.Optional;

/** The rule for n: 3f+1 replicas bear f faulty ones. */
public final class ReplicaCount {

    private ReplicaCount() {}

    /** What is wrong with this many replicas, and how many to take; empty if nothing is. */
    public static Optional<String> problem(long n) {
        if (n >= 4 && n <= ClusterConfig.REPLICAS_MAX && n % 3 == 1) {
            return Optional.empty();
        }
        String what = n + (n == 1 ? " replica" : " replicas") + "; need 3f+1, so ";
        if (n < 4) {
            return Optional.of(what + "at least 4");
        }
        if (n > ClusterConfig.REPLICAS_MAX) {
            return Optional.of(what + "at most " + ClusterConfig.REPLICAS_MAX);
        }
        long below = (n - 1) / 3 * 3 + 1;
        return Optional.of(what + below + " or " + (below + 3));
    }
}
