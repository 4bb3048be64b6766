package dev.bft.watchdog;

import java.util.ArrayDeque;
import java.util.Deque;

/** How long to wait after a death: twice as long each time, until the replica was healthy for a while. */
final class Backoff {

    private static final long FIRST = 100;
    private static final long LAST = 30_000;
    private static final long HEALTH = 60_000;
    private static final long WINDOW = 60_000;
    private static final int DEATHS_ALARMING = 5;

    private final Deque<Long> deaths = new ArrayDeque<>();
    private long wait = FIRST;

    /** Returns the wait before the next try, in milliseconds. */
    long next() {
        long now = wait;
        wait = Math.min(LAST, 2 * wait);
        return now;
    }

    /** Notes how long the replica had been ready when it died. */
    void noteHealth(long readyMillis) {
        if (readyMillis >= HEALTH) {
            wait = FIRST;
        }
    }

    /** Notes a death and returns whether it is one too many: the fifth within a minute, counted anew after that. */
    boolean isAlarming(long now) {
        deaths.addLast(now);
        while (now - deaths.getFirst() >= WINDOW) {
            deaths.removeFirst();
        }
        if (deaths.size() < DEATHS_ALARMING) {
            return false;
        }
        deaths.clear();
        return true;
    }
}
