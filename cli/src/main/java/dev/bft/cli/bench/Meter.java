package dev.bft.cli.bench;

import java.util.concurrent.atomic.AtomicLong;

/** Counts operations as they complete, on any thread. */
final class Meter {

    private final Histogram latencies = new Histogram();
    private final AtomicLong errors = new AtomicLong();
    private final AtomicLong maxGap = new AtomicLong();
    private final AtomicLong lastCompleted;

    /** @param now when the measurement begins, {@code System.nanoTime} */
    Meter(long now) {
        this.lastCompleted = new AtomicLong(now);
    }

    void completed(long latencyNanos) {
        latencies.add(latencyNanos);
        gapEnds(System.nanoTime());
    }

    /** Gaps count from now on: what was before is how long it took to begin. */
    void begins(long now) {
        lastCompleted.set(now);
        maxGap.set(0);
    }

    void failed() {
        errors.incrementAndGet();
    }

    /** The end of the measurement ends the last gap. */
    Sample sample(long nanos, long cpuNanos, long end) {
        gapEnds(end);
        return new Sample(nanos, latencies, errors.get(), maxGap.get(), cpuNanos);
    }

    private void gapEnds(long now) {
        long gap = now - lastCompleted.getAndSet(now);
        maxGap.accumulateAndGet(gap, Math::max);
    }
}
