package dev.bft.sim;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import java.util.Optional;

/**
 * How a run ended.
 *
 * @param plan what was run
 * @param step after how many steps
 * @param nanos at which virtual time
 * @param hash of everything that happened
 * @param tally what was counted
 * @param violation the invariant that broke
 */
record Outcome(Plan plan, long step, long nanos, long hash, Tally tally, Optional<Violation> violation) {
    private static final int LINES = 12;

    /** One line for people. */
    String line() {
        String head = String.format(
                Locale.ROOT, "seed %d n=%d: step %,d, hash %016x", plan.seed(), plan.replicas(), step, hash);
        return violation
                .map(v -> head + ": VIOLATION of " + v.invariant() + ": " + v.seen())
                .orElse(head + ", " + tally.all());
    }

    /** An exception with the top of its stack, in one text. */
    static String text(RuntimeException e) {
        StringWriter out = new StringWriter();
        e.printStackTrace(new PrintWriter(out, true));
        return out.toString().lines().limit(LINES).reduce("", (a, b) -> a + "\n" + b);
    }
}
