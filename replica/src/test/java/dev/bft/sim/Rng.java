package dev.bft.sim;

import java.util.List;

/**
 * The simulator's only randomness: SplitMix64 from a seed. Parts of a run draw from generators split off by
 * name, so that one more draw in one part does not change what the others see.
 */
final class Rng {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;
    private static final int SCALE = 53;

    private final long seed;
    private long state;

    Rng(long seed) {
        this.seed = mix(seed + GOLDEN);
        this.state = this.seed;
    }

    /** A generator of its own for one part of the run; depends on the seed and the name alone. */
    Rng split(String part, long index) {
        long name = index;
        for (int i = 0; i < part.length(); i++) {
            name = mix(name * 31 + part.charAt(i));
        }
        return new Rng(seed ^ mix(name));
    }

    static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    long next() {
        state += GOLDEN;
        return mix(state);
    }

    /** A number in 0..bound-1. */
    int below(int bound) {
        return (int) Long.remainderUnsigned(next(), bound);
    }

    /** A number in low..high. */
    long between(long low, long high) {
        return low + Long.remainderUnsigned(next(), high - low + 1);
    }

    /** A number in 0..1. */
    double fraction() {
        return (next() >>> (Long.SIZE - SCALE)) / (double) (1L << SCALE);
    }

    /** True with this probability; nothing is drawn for a probability of 0. */
    boolean chance(double probability) {
        return probability > 0 && fraction() < probability;
    }

    /** A number in low..high whose logarithm is even: as many small ones as large ones. */
    long skewed(long low, long high) {
        return Math.min(high, (long) (low * Math.pow((high + 1) / (double) low, fraction())));
    }

    <T> T pick(List<T> some) {
        return some.get(below(some.size()));
    }

    byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i += Long.BYTES) {
            long word = next();
            for (int j = i; j < Math.min(count, i + Long.BYTES); j++) {
                bytes[j] = (byte) (word >>> (8 * (j - i)));
            }
        }
        return bytes;
    }
}
