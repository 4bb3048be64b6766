package dev.bft.cli.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Until it is seen that a load has become as fast as it will be: its processes have compiled what it needs. */
public final class WarmUp {

    private static final int WINDOWS_MAX = 60;
    private static final int STEADY_WINDOWS = 3;
    private static final double STEADY = 0.1;

    /**
     * The load.
     *
     * @param <E> what else goes wrong with it
     */
    public interface Window<E extends Exception> {
        /** Runs it for about a second, and says how fast it was. */
        double speed(int second) throws E, IOException, InterruptedException;
    }

    private WarmUp() {}

    /** Runs until three seconds in a row were alike, or for three and so many more, 60 at most. */
    public static <E extends Exception> void run(long more, Window<E> window)
            throws E, IOException, InterruptedException {
        List<Double> speeds = new ArrayList<>();
        int windowsMax = (int) Math.min(WINDOWS_MAX, STEADY_WINDOWS + more);
        while (speeds.size() < windowsMax && !isSteady(speeds)) {
            speeds.add(window.speed(speeds.size() + 1));
        }
    }

    private static boolean isSteady(List<Double> speeds) {
        if (speeds.size() < STEADY_WINDOWS) {
            return false;
        }
        List<Double> last = speeds.subList(speeds.size() - STEADY_WINDOWS, speeds.size());
        double least = last.stream().mapToDouble(Double::doubleValue).min().orElse(0);
        double most = last.stream().mapToDouble(Double::doubleValue).max().orElse(0);
        return most > 0 && (most - least) / most < STEADY;
    }
}
