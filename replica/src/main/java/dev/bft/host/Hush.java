package dev.bft.host;

import dev.bft.protocol.TokenBucket;
import dev.bft.wire.Envelope;
import dev.bft.wire.Message;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * What is sent to a replica from which nothing is heard: what lets it be heard again, and little else.
 *
 * <p>A process that was stopped for a while finds all that was sent to it in the system's buffers, on connection after
 * connection, and must read it before it comes to the present. What it misses it asks for by STATUS anyway.
 */
final class Hush {
    private static final int AT_ONCE = 64;
    private static final long PERIOD = 10_000_000L;

    private final TreeMap<Integer, TokenBucket> silent = new TreeMap<>();
    private long held;

    /** From these nothing is heard now; from all others something is. */
    void silent(List<Integer> replicas) {
        silent.keySet().retainAll(Set.copyOf(replicas));
        replicas.forEach(replica -> silent.computeIfAbsent(replica, r -> new TokenBucket(PERIOD, AT_ONCE)));
    }

    /** Whether a frame may go to a replica. Keys and what it asks by always may: the core sends few of them. */
    boolean lets(int replica, byte[] frame, long now) {
        TokenBucket bucket = silent.get(replica);
        if (bucket == null
                || Envelope.holds(frame, Message.Type.NEW_KEY)
                || Envelope.holds(frame, Message.Type.STATUS)
                || Envelope.holds(frame, Message.Type.STATUS_PENDING)
                || bucket.take(now)) {
            return true;
        }
        held++;
        return false;
    }

    /** How many frames were not sent. */
    long held() {
        return held;
    }
}
