package dev.bft.protocol;

/**
 * How fast a primary proposes while a replica that cannot catch up fetches (amendment RC10): the state must not change
 * faster than that replica can fetch it, so until it has it at most half as many pages are written as it is served.
 *
 * <p>Then each of its transfers is at most half of the one before, and all from then on take no longer than two
 * whole ones. The primary serves one part in n-1 of what a replica fetches, and takes the others to serve as much. It
 * never stops: now and then a batch is proposed, so that the backups see progress and their timers start anew.
 */
final class Pace {
    /** So long after it last asked for something a replica is helped: it has the batches since its checkpoint to execute. */
    private static final long ASKING = 1_000_000_000L;

    private static final long SLOWEST = 50_000_000L;

    /** Twice as many pages as change nothing: what few pages are left comes in one answer. */
    private static final int SPARE = 32;

    private final int others;
    private final long slowest;
    private long askedAt = Long.MIN_VALUE / 2;
    private long fetchedAt = Long.MIN_VALUE / 2;
    private long proposedAt = Long.MIN_VALUE / 2;
    private long served;
    private long written;

    Pace(Settings settings) {
        this.others = settings.replicas() - 1;
        this.slowest = Math.min(SLOWEST, settings.viewTimeout() / 4);
    }

    /** This replica fetches: others may slow down for it, and it is not told. */
    void fetches(long now) {
        fetchedAt = now;
    }

    /** A replica that is to be helped asks for something. */
    void asked(long now) {
        if (!isAsked(now)) {
            served = 0;
            written = 0;
        }
        askedAt = now;
    }

    private boolean isAsked(long now) {
        return now - askedAt < ASKING;
    }

    /** So many pages were served to those that are helped. */
    void served(int pages) {
        served += pages;
    }

    /** So many pages were written until a checkpoint. */
    void dirtied(int pages) {
        written += pages;
    }

    /** Whether a batch may be proposed now. */
    boolean allows(long now) {
        return !isAsked(now) || 2 * written <= others * served + SPARE || now - proposedAt >= slowest;
    }

    /** How long a primary may wait with a batch for the sake of a replica that is helped, this one perhaps. */
    long patience(long now) {
        return isAsked(now) || now - fetchedAt < ASKING ? slowest : 0;
    }

    void proposed(long now) {
        proposedAt = now;
    }
}
