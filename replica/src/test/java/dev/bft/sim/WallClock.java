package dev.bft.sim;

/**
 * The clock of a machine as people set it: not quite right, not quite even, and set anew at a boot, perhaps back. Any two
 * are much closer to each other than a proposed time may be to a replica's own clock.
 */
final class WallClock {
    /** Microseconds: the day on which a simulation begins. */
    static final long EPOCH = 1_000_000_000_000_000L;

    private static final long WRONG_MAX = Plan.TIME_SKEW / Plan.MICROS / 8;
    private static final long PARTS = 1_000_000;
    private static final long UNEVEN_MAX = 100;

    private final Rng rng;
    private final long uneven;
    private long since;
    private long wrong;

    WallClock(Rng rng) {
        this.rng = rng;
        this.uneven = rng.between(-UNEVEN_MAX, UNEVEN_MAX);
    }

    /** Somebody sets it. */
    void set(long now) {
        since = now;
        wrong = rng.between(-WRONG_MAX, WRONG_MAX);
    }

    /** Microseconds since the epoch. */
    long micros(long now) {
        return EPOCH + now / Plan.MICROS + wrong + (now - since) / Plan.MICROS * uneven / PARTS;
    }
}
