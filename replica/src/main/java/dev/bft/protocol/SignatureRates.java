package dev.bft.protocol;

import java.util.TreeMap;

/**
 * How often signatures of requests are checked (11-A6): each takes as long as dozens of MACs, and anybody can ask for it.
 * 2,000 a second for all clients, 500 at once, of which one client has 100, all at once; the same for each replica that
 * passes requests on, and for whoever proved nothing. Nobody's share is what others left of it: each client has 20 a
 * second of its own, 64 at once.
 */
final class SignatureRates {
    private static final long GAP = 500_000L;
    private static final int BURST = 500;
    private static final long OWN_GAP = 50_000_000L;
    private static final int OWN_BURST = 64;

    private static final long MOST_GAP = 10_000_000L;
    private static final int MOST = 100;

    /** More clients than that have none of their own. */
    private static final int CLIENTS = 1024;

    private final TokenBucket all = new TokenBucket(GAP, BURST);
    private final TokenBucket strangers = new TokenBucket(GAP, BURST);
    /** What clients have; who used none of it lately makes room for others. */
    private final TreeMap<Integer, Share> clients = new TreeMap<>();

    private final TreeMap<Integer, TokenBucket> replicas = new TreeMap<>();

    /**
     * What one client has.
     *
     * @param own whatever others do
     * @param most of what all share
     */
    private record Share(TokenBucket own, TokenBucket most) {
        Share() {
            this(new TokenBucket(OWN_GAP, OWN_BURST), new TokenBucket(MOST_GAP, MOST));
        }
    }

    /** For a client that proved to be the one. */
    boolean takeOfClient(int client, long now) {
        if (clients.size() >= CLIENTS && !clients.containsKey(client)) {
            clients.values().removeIf(share -> share.own.isFull(now) && share.most.isFull(now));
        }
        if (clients.size() >= CLIENTS && !clients.containsKey(client)) {
            return all.take(now);
        }
        Share share = clients.computeIfAbsent(client, c -> new Share());
        return share.own.take(now) || (share.most.take(now) && all.take(now));
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
