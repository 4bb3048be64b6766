package dev.bft.service.kv;

/** Checks of the stored structure: a broken one ends the operation, at every replica alike, and changes nothing. */
final class Invariant {
    private Invariant() {}

    /** The condition must hold; the text says what does. */
    static void check(boolean condition, String what) {
        if (!condition) {
            throw new IllegalStateException("key-value store, invariant broken: " + what);
        }
    }
}
