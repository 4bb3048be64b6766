package dev.bft.cli.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Until it is seen that a load has become as fast as it will be: its processes have compiled what it needs. */
public final class WarmUp {

    private static final int REST_WINDOWS = 5;
    private static final int REST_WINDOWS_MAX = 240;
    /** Of one processor, of all the compilers together. */
    private static final double REST = 0.05;

    /**
     * What makes it warm.
     *
     * @param <E> what else goes wrong with it
     */
    public interface Load<E extends Exception> {
        /** Runs it for about a second. */
        void run(int second) throws E, IOException, InterruptedException;
    }

    private WarmUp() {}

    /**
     * Runs until compilers took less than a twentieth of one processor for five seconds, or for so many, 240 at most.
     *
     * @param compilers their processor time so far, nanoseconds; 0 where the kernel does not tell, and it runs to the end
     * @return whether they came to rest
     */
    public static <E extends Exception> boolean atRest(long seconds, LongSupplier compilers, Load<E> load)
            throws E, IOException, InterruptedException {
        List<Double> shares = new ArrayList<>();
        int windowsMax = (int) Math.min(REST_WINDOWS_MAX, seconds);
        while (shares.size() < windowsMax && !isAtRest(shares)) {
            long begun = System.nanoTime();
            long before = compilers.getAsLong();
            load.run(shares.size() + 1);
            long after = compilers.getAsLong();
            shares.add(after == 0 ? 1 : (after - before) / (double) (System.nanoTime() - begun));
        }
        return isAtRest(shares);
    }

    private static boolean isAtRest(List<Double> shares) {
        int size = shares.size();
        return size >= REST_WINDOWS
                && shares.subList(size - REST_WINDOWS, size).stream()
                                .mapToDouble(Double::doubleValue)
                                .average()
                                .orElse(1)
                        < REST;
    }
}
