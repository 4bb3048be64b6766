package dev.bft.protocol;

import dev.bft.state.CheckpointImage;
import java.util.List;

/**
 * All that a replica asks of the world: the only way out.
 *
 * <p>Disk effects (Append, NewSegment, Install) carry tokens that increase by one; the host performs them in
 * order on one disk thread, with one sync for all that wait (group commit), and answers
 * {@link Event.Persisted} with the largest token done. A failed write or sync stops the process.
 */
public sealed interface Effect {
    /** To a replica; may be lost. */
    record SendToReplica(int replica, byte[] frame) implements Effect {}

    /** To whoever is at the other end of this link; may be lost, the link may be gone. */
    record SendToLink(long link, byte[] frame) implements Effect {}

    /** A message of a client, or of a replica, was authenticated: the transport may now lift the limits for strangers. */
    record Trust(long link, boolean replica) implements Effect {}

    /** Nothing is read from this link for so many nanoseconds: what comes meanwhile waits at its sender, or is lost. */
    record Mute(long link, long nanos) implements Effect {}

    /** The coprocessor signs {@code payload} in a domain with its next counter (answer: Signed). */
    record Sign(long token, byte domain, byte[] payload) implements Effect {}

    /** The coprocessor opens a sealed secret (answer: Opened). */
    record Open(long token, byte[] context, byte[] sealed) implements Effect {}

    /** Append one record to the vote log. */
    record Append(long token, byte[] record) implements Effect {}

    /** Start a new vote log segment that holds exactly these records, durably, then drop the older ones. */
    record NewSegment(long token, long tick, List<byte[]> records) implements Effect {}

    /** Make this checkpoint the base: journal, sync, apply to {@code state}, sync, drop the journal. */
    record Install(long token, CheckpointImage image) implements Effect {}

    /** The save asked for is complete once this token is on disk; the watchdog may kill now. */
    record Saved(long token) implements Effect {}

    /** A fact for status, audit claims, metrics and the simulator's checkers. */
    record Report(Fact fact) implements Effect {}
}
