package dev.bft.watchdog;

/**
 * The numbers that outlive a watchdog.
 *
 * @param boot the number of the last boot that was prepared; never used twice
 * @param tick the number of the last recovery; what a replica saved counts only for the tick it was saved for
 * @param saving whether a replica was told to save for the next tick, and nobody knows yet whether it did: until then
 *     what it keeps is for this tick, or for the next
 */
record BootNumbers(long boot, long tick, boolean saving) {

    /** Before the first boot. */
    static final BootNumbers NONE = new BootNumbers(0, 0);

    /** What is kept is for this tick alone. */
    BootNumbers(long boot, long tick) {
        this(boot, tick, false);
    }

    BootNumbers nextBoot() {
        return new BootNumbers(boot + 1, tick, saving);
    }

    BootNumbers beginSave() {
        return new BootNumbers(boot, tick, true);
    }

    /** From now on what is kept for this tick counts no more. */
    BootNumbers nextTick() {
        return new BootNumbers(boot, tick + 1);
    }

    /** The tick of a replica that is booted now: ticks never go back, so it is the next one if that may have begun. */
    long bootTick() {
        return saving ? tick + 1 : tick;
    }
}
