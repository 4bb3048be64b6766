package dev.bft.protocol;

import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * How often signatures of requests are checked (11-A6): each takes as long as dozens of MACs, and anybody can ask for it.
 * 2,000 a second for all clients, 500 at once; the same for each replica that passes requests on, and for whoever proved
 * nothing. Nobody's share is what others left of it: each client has 20 a second of its own, 64 at once.
 */
final class SignatureRates {
    private static final long GAP = 500_000L;
    private static final int BURST = 500;
    private static final long OWN_GAP = 50_000_000L;
    private static final int OWN_BURST = 64;

    /** More clients than that have none of their own. */
    private static final int CLIENTS = 1024;

    private final TokenBucket all = new TokenBucket(GAP, BURST);
    private final TokenBucket strangers = new TokenBucket(GAP, BURST);
    private final Shares clients = new Shares(CLIENTS, () -> new TokenBucket(OWN_GAP, OWN_BURST));
    private final TreeMap<Integer, TokenBucket> replicas = new TreeMap<>();

    /** A bucket for each; who used none of its own lately makes room for others. */
    private static final class Shares {
        private final TreeMap<Integer, TokenBucket> buckets = new TreeMap<>();
        private final int max;
        private final Supplier<TokenBucket> full;

        Shares(int max, Supplier<TokenBucket> full) {
            this.max = max;
            this.full = full;
        }

        boolean take(int one, long now) {
            if (buckets.size() >= max && !buckets.containsKey(one)) {
                buckets.values().removeIf(bucket -> bucket.isFull(now));
            }
            return (buckets.size() < max || buckets.containsKey(one))
                    && buckets.computeIfAbsent(one, k -> full.get()).take(now);
        }
    }

    /** For a client that proved to be the one. */
    boolean takeOfClient(int client, long now) {
        return clients.take(client, now) || all.take(now);
    }

    /** For what another replica passed on, over whatever links. */
    boolean takeOfReplica(int replica, long now) {
        return replicas.computeIfAbsent(replica, r -> new TokenBucket(GAP, BURST))
                .take(now);
    }

    /** For what may be anybody's. */
    boolean takeOfStranger(long now) {
        return strangers.take(now);
    }
}
