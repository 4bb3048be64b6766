package dev.bft.host;

/** Ends the process in one line: what happened and what to do. The watchdog reboots it. */
final class Stop {
    /** An internal error. */
    static final int INTERNAL = 1;

    /** Configuration, keys or files are not as they must be. */
    static final int CONFIGURATION = 3;

    private Stop() {}

    /** Says why and ends, at once: nothing more may leave this process. */
    static void now(int code, String why) {
        System.err.println("bft-replica: " + why);
        System.err.flush();
        Runtime.getRuntime().halt(code);
    }
}
