package dev.bft.protocol;

import java.util.List;
import java.util.SortedMap;

/**
 * What a client shows of itself, for error texts and metrics.
 *
 * @param view the view it believes in
 * @param reached the replicas it shares a key with
 * @param outstanding the sessions with an operation, or their opening, under way
 * @param waiting the invocations waiting for a session
 * @param retransmissions multicasts of something sent before
 * @param drops what was dropped, by reason
 */
public record ClientStatus(
        long view,
        List<Integer> reached,
        int outstanding,
        int waiting,
        long retransmissions,
        SortedMap<String, Long> drops) {}
