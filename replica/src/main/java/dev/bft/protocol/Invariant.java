package dev.bft.protocol;

/** Checks about our own state, on in production: a broken one stops the process, and the watchdog reboots it. */
final class Invariant {
    private Invariant() {}

    /** The condition must hold; the text says what does. */
    static void check(boolean condition, String what) {
        if (!condition) {
            throw new IllegalStateException("invariant broken: " + what);
        }
    }
}
