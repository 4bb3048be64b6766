package dev.bft.protocol;

import java.util.TreeSet;

/**
 * The view-change timer (sections 4.8, 6.9). It counts time in which this replica ran: a process that was stopped
 * for a minute has no complaint about the primary.
 *
 * <p>The timeout doubles with each expiry after which nothing had been executed, so that in the end the views are long
 * enough; it halves again after K batches, or a while of progress. And it doubles when f+1 different primaries were left
 * for a request that waits: one of them was correct, so it is the time that is too short, and view changes take more of it.
 * Only a while without that takes this back.
 */
final class ViewTimer {
    /**
     * A step of time longer than this was a pause of this process, or time in which it had more to do than it could: a
     * replica that is starved blames nobody for it. Ticks come at least this often otherwise.
     */
    private static final long STEP = 10_000_000L;

    private static final long LONGEST = 60_000_000_000L;
    private static final long GOOD = 10_000_000_000L;

    /** How often it doubles at most for primaries that were left. */
    private static final int RAISES = 3;

    private final long shortest;
    private final long period;
    private long timeout;
    private long left;
    private boolean running;
    private boolean progress = true;
    private long batches;
    private long good;
    private long seen;
    private long step;

    /** The primaries that were left for a request that waits, since it doubled for that or for a while. */
    private final TreeSet<Integer> primaries = new TreeSet<>();

    private int raised;
    private long calm;

    /**
     * A timer that is stopped.
     *
     * @param shortest the timeout when all is well, nanoseconds
     * @param period K
     */
    ViewTimer(long shortest, long period) {
        this.shortest = shortest;
        this.period = period;
        this.timeout = shortest;
    }

    /** Time passed; whether the timer is running and its time is over. */
    boolean tick(long now) {
        step = Math.min(now - seen, STEP);
        seen = now;
        good += step;
        if (good >= GOOD && batches > 0) {
            calmDown();
        }
        calm += step;
        if (calm >= GOOD) {
            calm = 0;
            primaries.clear();
            raised = Math.max(0, raised - 1);
        }
        left -= running ? step : 0;
        return running && left <= 0;
    }

    /** Starts it anew. */
    void start() {
        running = true;
        left = timeout();
    }

    /** So much of the time is given back. */
    void giveBack(long nanos) {
        left = Math.min(timeout(), left + nanos);
    }

    void stop() {
        running = false;
    }

    /** How much of the time to the last tick counts. */
    long step() {
        return step;
    }

    /** How long the primary has now, nanoseconds. */
    long timeout() {
        return Math.min(timeout << raised, LONGEST);
    }

    boolean isRunning() {
        return running;
    }

    /** It expired: twice the time, if nothing was executed since the last time it did. */
    void failed() {
        if (!progress) {
            timeout = Math.min(2 * timeout, LONGEST);
        }
        progress = false;
        batches = 0;
        good = 0;
    }

    /**
     * It expired in an active view, for a request that waits.
     *
     * @param primary of that view
     * @param weak f+1
     */
    void expiredUnder(int primary, int weak) {
        calm = 0;
        primaries.add(primary);
        if (primaries.size() >= weak) {
            primaries.clear();
            raised = Math.min(raised + 1, RAISES);
        }
    }

    /** A batch was executed in an active view. */
    void progress() {
        progress = true;
        batches++;
        if (batches >= period) {
            calmDown();
        }
    }

    private void calmDown() {
        timeout = Math.max(shortest, timeout / 2);
        batches = 0;
        good = 0;
    }
}
