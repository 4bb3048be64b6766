package dev.bft.watchdog.sandbox;

/** How a process ended: by itself with a code, or by a signal. */
public record Exit(boolean bySignal, int number) {

    static Exit ofStatus(int status) {
        int signal = status & 0x7f;
        return signal == 0 ? new Exit(false, status >> 8 & 0xff) : new Exit(true, signal);
    }

    @Override
    public String toString() {
        return (bySignal ? "signal " : "exit code ") + number;
    }
}
