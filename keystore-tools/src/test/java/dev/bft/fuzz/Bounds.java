package dev.bft.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.Supplier;

/**
 * What it may cost to read bytes from outside: memory by their number, and processor time.
 *
 * <p>Whoever reads for the first time loads classes, and a fuzzer that watches takes memory of its own now and then. So
 * only what costs too much each time is a finding.
 *
 * @param bytesAnyway what may be allocated for no input at all
 * @param bytesPerByte and beside it for each byte of the input
 */
public record Bounds(long bytesAnyway, long bytesPerByte) {
    /** For any input: far above what one of the lengths that a fuzzer tries needs, also on a busy machine. */
    private static final long CPU_NANOS_MAX = 5_000_000_000L;

    private static final int TRIES = 3;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /**
     * What the reading of so many bytes gives.
     *
     * @param reading changes nothing, so that it can be repeated
     * @throws AssertionError if it costs more than it may
     */
    public <T> T within(int length, Supplier<T> reading) {
        long allowed = bytesAnyway + bytesPerByte * length;
        long allocated = 0;
        for (int i = 0; i < TRIES; i++) {
            long cpu = THREADS.getCurrentThreadCpuTime();
            long before = THREADS.getCurrentThreadAllocatedBytes();
            T result = reading.get();
            allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            long nanos = THREADS.getCurrentThreadCpuTime() - cpu;
            if (nanos > CPU_NANOS_MAX) {
                throw new AssertionError(nanos / 1_000_000 + " ms for " + length + " bytes");
            }
            if (allocated <= allowed) {
                return result;
            }
        }
        throw new AssertionError(allocated + " bytes allocated for " + length + "; at most " + allowed);
    }
}
