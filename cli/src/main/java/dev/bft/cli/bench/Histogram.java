package dev.bft.cli.bench;

/** How often each duration occurred, in buckets whose width is a sixty-fourth of the value. */
public final class Histogram {

    private static final int BITS = 6;
    private static final int SUB_BUCKETS = 1 << BITS;
    private static final int BUCKETS = (Long.SIZE - BITS + 1) * SUB_BUCKETS;

    private final long[] counts = new long[BUCKETS];
    private long total;
    private long max;

    /** Counts one duration in nanoseconds. */
    public synchronized void add(long nanos) {
        long value = Math.max(0, nanos);
        counts[bucket(value)]++;
        total++;
        max = Math.max(max, value);
    }

    /** Counts all that another has counted. */
    public synchronized void addAll(Histogram other) {
        for (int i = 0; i < BUCKETS; i++) {
            counts[i] += other.counts[i];
        }
        total += other.total;
        max = Math.max(max, other.max);
    }

    /** How many were counted. */
    public synchronized long count() {
        return total;
    }

    /** The longest in nanoseconds; 0 if none was counted. */
    public synchronized long max() {
        return max;
    }

    /** The duration in nanoseconds that this share of all did not exceed, 0 to 1; 0 if none was counted. */
    public synchronized long quantile(double share) {
        long rank = (long) Math.ceil(share * total);
        long seen = 0;
        for (int i = 0; i < BUCKETS && total > 0; i++) {
            seen += counts[i];
            if (seen >= Math.max(1, rank)) {
                return Math.min(max, highest(i));
            }
        }
        return 0;
    }

    private static int bucket(long value) {
        if (value < SUB_BUCKETS) {
            return (int) value;
        }
        int shift = Long.SIZE - 1 - BITS - Long.numberOfLeadingZeros(value);
        return shift * SUB_BUCKETS + (int) (value >>> shift);
    }

    private static long highest(int bucket) {
        if (bucket < 2 * SUB_BUCKETS) {
            return bucket;
        }
        int shift = bucket / SUB_BUCKETS - 1;
        long lowest = (long) (bucket - shift * SUB_BUCKETS) << shift;
        return lowest + (1L << shift) - 1;
    }
}
