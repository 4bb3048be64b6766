package dev.bft.protocol;

/** So many at once, and then one each period: the rate of something costly that others can ask for. */
public final class TokenBucket {
    private final long period;
    private final int burst;
    private long tokens;
    private long since;

    /** A full bucket; the period is in nanoseconds. */
    public TokenBucket(long period, int burst) {
        this.period = period;
        this.burst = burst;
        this.tokens = burst;
    }

    /** Takes a token; false if there is none. */
    public boolean take(long now) {
        return take(now, 1);
    }

    /** Takes so many tokens; false if there are not as many. */
    boolean take(long now, int count) {
        if (available(now) < count) {
            return false;
        }
        tokens -= count;
        return true;
    }

    /** Takes so many tokens, also those of the next periods. */
    void owe(long now, long count) {
        tokens = available(now) - count;
    }

    /** Gives so many tokens that no time was waited for. */
    void earn(int count) {
        tokens = Math.min(burst, tokens + count);
    }

    /** Whether none was taken for so long that it makes no difference. */
    boolean isFull(long now) {
        return available(now) == burst;
    }

    /** The tokens there are; negative if some are owed. */
    long available(long now) {
        long earned = (now - since) / period;
        if (earned > 0) {
            tokens = Math.min(burst, tokens + earned);
            since = tokens == burst ? now : since + earned * period;
        }
        return tokens;
    }
}
