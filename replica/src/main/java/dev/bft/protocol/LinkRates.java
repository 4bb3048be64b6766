package dev.bft.protocol;

import java.util.TreeMap;

/**
 * How often what costs a signature check is looked at: by the connection it came on, not by the name it bears, so that
 * a stranger who claims to be a replica uses up nobody's share but its own (amendment RC11).
 */
final class LinkRates {
    private static final long PERIOD = 1_000_000_000L;
    private static final int BURST = 4;
    private static final int LINKS = 1024;

    private final TreeMap<Long, TokenBucket> buckets = new TreeMap<>();

    /** Takes the turn of a connection; false if it has had enough of them. */
    boolean take(long link, long now) {
        if (buckets.size() >= LINKS && !buckets.containsKey(link)) {
            buckets.clear();
        }
        return buckets.computeIfAbsent(link, l -> new TokenBucket(PERIOD, BURST))
                .take(now);
    }
}
