package dev.bft.watchdog.key;

/**
 * A limit on how often something is done: a burst at once, then a steady rate. Who comes too early waits, so that an
 * honest asker is slowed down and never refused.
 */
final class TokenBucket {

    private final long nanosPerToken;
    private final long nanosMax;
    private long filledAt;
    private long nanos;

    TokenBucket(int perSecond, int burst, long now) {
        this.nanosPerToken = 1_000_000_000L / perSecond;
        this.nanosMax = nanosPerToken * burst;
        this.nanos = nanosMax;
        this.filledAt = now;
    }

    /** Takes one token; returns how many nanoseconds to wait before it may be used. */
    long take(long now) {
        nanos = Math.min(nanosMax, nanos + Math.max(0, now - filledAt)) - nanosPerToken;
        filledAt = now;
        return Math.max(0, -nanos);
    }
}
