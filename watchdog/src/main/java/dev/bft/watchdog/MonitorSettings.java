package dev.bft.watchdog;

/**
 * How long a monitor waits for what, in milliseconds.
 *
 * @param image for the image to be copied and verified
 * @param save for a replica to save, before its recovery is refused or it is killed by force
 * @param stop for a replica to end after it was told to
 * @param death for the proof that a killed process is dead
 * @param load for the first word of a booted replica
 * @param ready for a booted replica to be ready, before that is an alarm
 */
record MonitorSettings(long image, long save, long stop, long death, long load, long ready) {

    /** The proof of a death takes milliseconds; a process that is not gone by then hangs in the kernel. */
    static final long DEATH = 10_000;

    private static final long IMAGE = 60_000;
    private static final long STOP = 10_000;
    private static final long LOAD = 60_000;

    static MonitorSettings of(long save, long ready) {
        return new MonitorSettings(IMAGE, save, STOP, DEATH, LOAD, ready);
    }
}
