package dev.bft.cli;

import org.junit.jupiter.api.Assumptions;

/** A test that cannot run here says so; on the build machine that is a failure. */
final class Loudly {

    private Loudly() {}

    /** Skips the running test unless this holds. */
    static void assume(boolean holds, String otherwise) {
        if (holds) {
            return;
        }
        if ("true".equals(System.getenv("CI"))) {
            throw new AssertionError("skipped on the build machine: " + otherwise);
        }
        System.err.println("SKIPPED: " + otherwise);
        Assumptions.abort(otherwise);
    }
}
