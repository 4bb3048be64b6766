package dev.bft.sim;

import java.util.Locale;
import java.util.Optional;

/** What is said of a long sweep while it runs: twenty lines in all, nothing of a short one. */
final class SweepProgress {
    private static final int LONG = 200;
    private static final int LINES = 20;

    private final int seeds;
    private int done;
    private int broken;

    SweepProgress(int seeds) {
        this.seeds = seeds;
    }

    /**
     * One more seed is done.
     *
     * @param broke whether it broke a rule
     * @param nanos since the sweep began
     * @return a line, if it is time for one
     */
    Optional<String> add(boolean broke, long nanos) {
        done++;
        broken += broke ? 1 : 0;
        if (seeds < LONG || done % (seeds / LINES) != 0 || done == seeds) {
            return Optional.empty();
        }
        double seconds = nanos / 1e9;
        return Optional.of(String.format(
                Locale.ROOT,
                "%d of %d seeds, %d broke a rule; %.0f s, about %.0f s to go",
                done,
                seeds,
                broken,
                seconds,
                seconds * (seeds - done) / done));
    }
}
