package dev.bft.cli.bench;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What all repetitions showed.
 *
 * @param samples of the cluster
 * @param baselines of the baseline, each taken right after the sample of the same number; empty if there was none
 * @param echoes of a message there and back over bare sockets, taken with each baseline
 * @param floors of the messages of an operation alone, taken with each baseline: what this machine cannot go below
 * @param memory of the largest of the load's processes
 * @param warm whether the compilers were seen to rest before
 */
public record Outcome(
        List<Sample> samples,
        List<Sample> baselines,
        List<Sample> echoes,
        List<Sample> floors,
        Memory memory,
        boolean warm) {

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double MEBIBYTE = 1 << 20;

    /** Copies the lists. */
    public Outcome {
        samples = List.copyOf(samples);
        baselines = List.copyOf(baselines);
        echoes = List.copyOf(echoes);
        floors = List.copyOf(floors);
    }

    /**
     * Resident memory in bytes, the state apart.
     *
     * @param loaded the most at the end of a repetition
     * @param after some idle seconds after the last one
     */
    public record Memory(long loaded, long after) {

        /** Under load, in MiB. */
        public double loadedMebibytes() {
            return loaded / MEBIBYTE;
        }

        /** Some idle seconds later, in MiB. */
        public double afterMebibytes() {
            return after / MEBIBYTE;
        }
    }

    /** The least, the middle and the most of some figures. */
    public record Spread(double min, double median, double max) {

        static Spread of(List<Double> values) {
            List<Double> sorted = values.stream().sorted().toList();
            return sorted.isEmpty()
                    ? new Spread(0, 0, 0)
                    : new Spread(sorted.get(0), sorted.get(sorted.size() / 2), sorted.get(sorted.size() - 1));
        }
    }

    /** Seconds measured. */
    public double seconds() {
        return samples.stream().mapToLong(Sample::nanos).sum() / NANOS_PER_SECOND;
    }

    /** Operations completed. */
    public long ops() {
        return latencies().count();
    }

    /** Operations failed. */
    public long errors() {
        return samples.stream().mapToLong(Sample::errors).sum();
    }

    /** Operations per second. */
    public Spread opsPerSecond() {
        return spread(samples, Sample::opsPerSecond);
    }

    /** Operations per second of the baseline. */
    public Spread baselineOpsPerSecond() {
        return spread(baselines, Sample::opsPerSecond);
    }

    /** The median latency of the baseline, microseconds. */
    public Spread baselineP50Micros() {
        return spread(baselines, Sample::p50Micros);
    }

    /** The median time there and back on bare sockets, microseconds. */
    public Spread echoP50Micros() {
        return spread(echoes, Sample::p50Micros);
    }

    /** The median time that the messages of an operation alone took, microseconds. */
    public Spread floorP50Micros() {
        return spread(floors, Sample::p50Micros);
    }

    /** The latency that this share of all operations did not exceed, microseconds. */
    public double latencyMicros(double share) {
        return latencies().quantile(share) / NANOS_PER_MICRO;
    }

    /** The longest time with no operation completed, milliseconds. */
    public double maxGapMillis() {
        return samples.stream().mapToLong(Sample::maxGapNanos).max().orElse(0) / NANOS_PER_MILLI;
    }

    /** CPU time of all processes of the run for each operation, microseconds. */
    public double cpuMicrosPerOp() {
        return samples.stream().mapToLong(Sample::cpuNanos).sum() / NANOS_PER_MICRO / Math.max(1, ops());
    }

    /** The cluster's throughput over the baseline's, repetition by repetition. */
    public Spread throughputRatio() {
        return ratio((sample, baseline) -> sample.opsPerSecond() / baseline.opsPerSecond());
    }

    /** The cluster's median latency over the baseline's, repetition by repetition. */
    public Spread latencyRatio() {
        return ratio((sample, baseline) -> sample.p50Micros() / baseline.p50Micros());
    }

    private Spread ratio(BiFunction<Sample, Sample, Double> of) {
        return Spread.of(IntStream.range(0, baselines.size())
                .mapToObj(i -> of.apply(samples.get(i), baselines.get(i)))
                .toList());
    }

    private static Spread spread(List<Sample> samples, ToDoubleFunction<Sample> of) {
        return Spread.of(samples.stream().mapToDouble(of).boxed().toList());
    }

    private Histogram latencies() {
        Histogram all = new Histogram();
        samples.forEach(sample -> all.addAll(sample.latencies()));
        return all;
    }
}
