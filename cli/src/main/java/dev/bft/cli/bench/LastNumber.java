package dev.bft.cli.bench;

/**
 * Which number a store must have: the last one that was confirmed; or the one after it, if that was asked for and
 * nobody knows what became of it.
 */
final class LastNumber {

    private long confirmed;
    private long asked;

    /** A write of this number begins; it may have been done from now on. */
    void asked(long number) {
        asked = number;
    }

    /** The number that was asked for is written. */
    void confirmed() {
        confirmed = asked;
    }

    /** The store has this number; nothing is under way. */
    void found(long number) {
        confirmed = number;
        asked = number;
    }

    long confirmedLast() {
        return confirmed;
    }

    /** Whether a store that lost nothing and did nothing twice may have this number. */
    boolean admits(long number) {
        return number == confirmed || number == asked;
    }
}
