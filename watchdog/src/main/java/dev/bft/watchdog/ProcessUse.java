package dev.bft.watchdog;

/**
 * What a process takes from its host, as /proc tells it.
 *
 * @param pid 0 while there is no such process
 * @param rssBytes memory it touches, shared pages counted in full
 * @param pssBytes the same, a shared page divided among those who share it, as it was in the last ten
 *     seconds; no less than that where the kernel does not tell
 * @param cpuMillis CPU time since its start
 */
public record ProcessUse(int pid, long rssBytes, long pssBytes, long cpuMillis) {

    /** No process. */
    public static final ProcessUse NONE = new ProcessUse(0, 0, 0, 0);
}
