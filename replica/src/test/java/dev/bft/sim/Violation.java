package dev.bft.sim;

import java.util.function.Supplier;

/** An invariant that did not hold: which, and what was seen. */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String invariant;

    Violation(String invariant, String seen) {
        super(seen);
        this.invariant = invariant;
    }

    String invariant() {
        return invariant;
    }

    String seen() {
        return String.valueOf(getMessage());
    }

    /** Fails unless the condition holds; the text is made only then. */
    static void unless(boolean holds, String invariant, Supplier<String> seen) {
        if (!holds) {
            throw new Violation(invariant, seen.get());
        }
    }
}
