package dev.bft.protocol;

import dev.bft.wire.Digest;

/** What happened inside a replica, for status, audit claims, metrics and the simulator's checkers. */
public sealed interface Fact {
    /** The replica takes part: session keys are exchanged with a quorum and it is not behind. Once a boot. */
    record Ready(long executed) implements Fact {}

    /** This boot found no usable vote log: it votes again only above {@code bound} (-1: not yet known). */
    record Amnesia(long bound) implements Fact {}

    /** A batch committed here and was executed. */
    record Committed(long view, long seqno, Digest batch) implements Fact {}

    /** The replica left its view and asks for a later one. */
    record ViewLeft(long view, long next, String why) implements Fact {}

    /** The replica is active in a view. */
    record ViewEntered(long view, int primary) implements Fact {}

    /** One operation was executed, at this agreed time (not skipped, not answered from the cache). */
    record Executed(long seqno, long timeMicros, int client, int session, long base, long number, Digest request)
            implements Fact {}

    /** A client was revoked, so many of its sessions ended, and another client or itself brought the revocation. */
    record Revoked(long seqno, int client, int sessions, int by) implements Fact {}

    /** A batch that only prepared was executed ahead of its commitment (4.6). */
    record ExecutedAhead(long seqno, Digest batch) implements Fact {}

    /** What was executed ahead of its commitment at {@code seqno} was undone (4.7). */
    record RolledBack(long seqno) implements Fact {}

    /** A checkpoint was taken: the digest of the state after {@code seqno}. */
    record CheckpointTaken(long seqno, Digest state) implements Fact {}

    /** A checkpoint is stable and held here. */
    record Stable(long seqno, Digest state) implements Fact {}

    /** A state transfer to this checkpoint began. */
    record TransferStarted(long seqno, Digest state) implements Fact {}

    /** All of a state transfer is here; the disk is given so many pages. */
    record TransferFetched(long seqno, int pages) implements Fact {}

    /** A state transfer was installed. */
    record TransferDone(long seqno, Digest state, int pages) implements Fact {}

    /** This replica changed the keys by which others authenticate to it. */
    record KeysRefreshed(long counter) implements Fact {}

    /** A client sent this request, which replicas cannot tell to be its own: it must sign for a while (amendment AG7). */
    record Quarantined(int client, Digest request) implements Fact {}

    /** A replica, or a client, sends so much that is of no use that it is not listened to for a while (11-A6). */
    record Muted(int who) implements Fact {}

    /** Evidence of a fault that a person should see. */
    record Alarm(String text) implements Fact {}
}
