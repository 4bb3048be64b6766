package dev.bft.watchdog;

import java.io.IOException;

/** The watchdog does not answer: it is not running, or not within the time given. */
public final class WatchdogUnreachableException extends IOException {

    private static final long serialVersionUID = 1;

    private final boolean late;

    WatchdogUnreachableException(String message, boolean late) {
        super(message);
        this.late = late;
    }

    /** Returns whether it is there and took too long. */
    public boolean isLate() {
        return late;
    }
}
