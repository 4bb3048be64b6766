package dev.bft.protocol;

import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * How often signatures of requests are checked (11-A6): each takes as long as dozens of MACs, and anybody can ask for it.
 * 2,000 a second for all clients, 500 at once; the same for each replica that passes requests on, and for whoever proved
 * nothing. Nobody's share is what others left of it: each client has ten a second of its own.
 */
final class SignatureRates {
    private static final long GAP = 500_000L;
    private static final int BURST = 500;
    private static final long OWN_GAP = 100_000_000L;
    private static final int OWN_BURST = 10;

    /** More clients than that have none of their own, more links wait. */
    private static final int CLIENTS = 1024;

    private static final int LINKS = 64;

    private final TokenBucket all = new TokenBucket(GAP, BURST);
    private final TokenBucket strangers = new TokenBucket(GAP, BURST);
    private final Shares<Integer> clients = new Shares<>(CLIENTS, () -> new TokenBucket(OWN_GAP, OWN_BURST));
    private final Shares<Long> links = new Shares<>(LINKS, () -> new TokenBucket(GAP, BURST));

    /** A bucket for each; who used none of its own lately makes room for others. */
    private static final class Shares<K> {
        private final TreeMap<K, TokenBucket> buckets = new TreeMap<>();
        private final int max;
        private final Supplier<TokenBucket> full;

        Shares(int max, Supplier<TokenBucket> full) {
            this.max = max;
            this.full = full;
        }

        boolean take(K one, long now) {
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

    /** For what came on this link of another replica. */
    boolean takeOfReplica(long link, long now) {
        return links.take(link, now);
    }

    /** For what may be anybody's. */
    boolean takeOfStranger(long now) {
        return strangers.take(now);
    }
}
