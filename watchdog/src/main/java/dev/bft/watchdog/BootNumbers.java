package dev.bft.watchdog;

/**
 * The numbers that outlive a watchdog.
 *
 * @param boot the number of the last boot that was prepared; never used twice
 * @param tick the number of the last recovery; what a replica saved counts only for the tick it was saved for
 */
record BootNumbers(long boot, long tick) {

    /** Before the first boot. */
    static final BootNumbers NONE = new BootNumbers(0, 0);

    BootNumbers nextBoot() {
        return new BootNumbers(boot + 1, tick);
    }

    BootNumbers withTick(long newTick) {
        return new BootNumbers(boot, newTick);
    }
}
