package dev.bft.protocol;

import dev.bft.wire.Batch;
import dev.bft.wire.PrePrepare;
import dev.bft.wire.Proposal;
import dev.bft.wire.SignedRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The clients whose long requests this primary proposes whole for a while (section 3.5). Naming a request spares the
 * primary its bytes, if the client sends it to all replicas. One that sends it to some, or others under the same timestamp,
 * holds everybody up until who lacks it has asked, which is never sooner than the gap between two STATUSes (7.2): once,
 * not with each request.
 *
 * <p>Who says that it lacks something may lie, and costs the primary bytes. So what one replica says counts for one client
 * a second.
 */
final class Naming {
    /** Nanoseconds for which the requests of a client go whole. */
    static final long WHOLE = 10_000_000_000L;

    private static final long GAP = 1_000_000_000L;
    private static final int BURST = 4;
    private static final int CLIENTS = 1024;

    private final TreeMap<Integer, Long> until = new TreeMap<>();
    private final List<TokenBucket> heard = new ArrayList<>();

    Naming(int replicas) {
        for (int i = 0; i < replicas; i++) {
            heard.add(new TokenBucket(GAP, BURST));
        }
    }

    /** Another replica lacks a request of this batch, of which it was told the names. */
    void lacked(int replica, Batch batch, long now) {
        for (SignedRequest request : batch.requests()) {
            int client = request.client();
            if (request.request().isBig()
                    && !isWhole(client, now)
                    && heard.get(replica).take(now)) {
                until.values().removeIf(end -> now >= end);
                if (until.size() < CLIENTS) {
                    until.put(client, now + WHOLE);
                }
            }
        }
    }

    private boolean isWhole(int client, long now) {
        return now < until.getOrDefault(client, Long.MIN_VALUE);
    }

    /** How the batch of a slot is proposed. */
    PrePrepare proposal(long view, Slot slot, long now) {
        return new PrePrepare(
                view, slot.seqno, Proposal.of(slot.batch().orElseThrow(), client -> isWhole(client, now)));
    }
}
