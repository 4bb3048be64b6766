package dev.bft.cli.bench;

/**
 * What one repetition showed.
 *
 * @param nanos how long it took
 * @param latencies of the operations completed in that time
 * @param errors operations that failed
 * @param maxGapNanos the longest time with no operation completed
 * @param cpuNanos CPU time of all processes of the run
 */
public record Sample(long nanos, Histogram latencies, long errors, long maxGapNanos, long cpuNanos) {

    private static final double NANOS_PER_SECOND = 1e9;

    /** Operations per second. */
    public double opsPerSecond() {
        return nanos == 0 ? 0 : latencies.count() * NANOS_PER_SECOND / nanos;
    }

    /** The median latency in microseconds. */
    public double p50Micros() {
        return latencies.quantile(0.5) / 1000.0;
    }

    /** This sample with more errors. */
    Sample withErrors(long more) {
        return new Sample(nanos, latencies, errors + more, maxGapNanos, cpuNanos);
    }
}
