package dev.bft.protocol;

import dev.bft.wire.Digest;
import java.util.SortedMap;

/**
 * What a replica says of itself to people.
 *
 * @param phase one of keys, catching-up, view-change, active, amnesiac
 * @param view the view
 * @param primary its primary
 * @param executed the last executed seqno
 * @param haltedAt the seqno whose batch will not be executed here, because it killed this replica twice; 0 for none
 * @param stable the last stable checkpoint
 * @param stableDigest its state digest
 * @param ready whether it takes part fully
 * @param queued requests waiting
 * @param logBytes bytes of batches in the log
 * @param sessions open sessions
 * @param keyAge nanoseconds since its keys were refreshed
 * @param drops what was dropped, by reason
 */
public record ReplicaStatus(
        String phase,
        long view,
        int primary,
        long executed,
        long haltedAt,
        long stable,
        Digest stableDigest,
        boolean ready,
        int queued,
        long logBytes,
        int sessions,
        long keyAge,
        SortedMap<String, Long> drops) {}
