package dev.bft.protocol;

/**
 * How fast a primary proposes while a replica cannot catch up (amendment RC10): the state must not change faster than
 * that replica can fetch it, so during a lease at most half as many pages are written as it is served.
 *
 * <p>Then each of its transfers is at most half of the one before, and all after the lease began take no longer than two
 * whole ones. The primary serves one part in n-1 of what a replica fetches, and takes the others to serve as much. It
 * never stops: now and then a batch is proposed, so that the backups see progress and their timers start anew.
 */
final class Pace {
    private static final long LEASE = 60_000_000_000L;
    private static final long SLOWEST = 50_000_000L;

    private final int others;
    private final long slowest;
    private long leaseEnds = Long.MIN_VALUE;
    private long proposedAt = Long.MIN_VALUE / 2;
    private long served;
    private long written;

    Pace(Settings settings) {
        this.others = settings.replicas() - 1;
        this.slowest = Math.min(SLOWEST, settings.viewTimeout() / 4);
    }

    /** A replica cannot catch up. */
    void lease(long now) {
        if (now >= leaseEnds) {
            served = 0;
            written = 0;
        }
        leaseEnds = now + LEASE;
    }

    /** So many pages were served to whoever has a lease. */
    void served(int pages) {
        served += pages;
    }

    /** So many pages were written until a checkpoint. */
    void dirtied(int pages) {
        written += pages;
    }

    /** Whether a batch may be proposed now. */
    boolean allows(long now) {
        return now >= leaseEnds || 2 * written <= others * served || now - proposedAt >= slowest;
    }

    void proposed(long now) {
        proposedAt = now;
    }
}
