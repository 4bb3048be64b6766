package dev.bft.watchdog;

import java.io.IOException;
import java.util.Optional;

/** The watchdog will not do what it was asked; the message says why and what to do. */
public final class WatchdogRefusalException extends IOException {

    private static final long serialVersionUID = 1;

    private final Cause cause;

    WatchdogRefusalException(Cause cause, String message) {
        super(message);
        this.cause = cause;
    }

    /** Returns the kind of refusal. */
    public Cause kind() {
        return cause;
    }

    /** Why a watchdog refuses. */
    public enum Cause {
        /** The image is not what its manifest says; the replica was left as it was. */
        IMAGE(1),
        /** A recovery or a stop is in progress. */
        BUSY(2),
        /** The asker is not the watchdog's user. */
        NOT_OWNER(3),
        /** The request was not understood. */
        MALFORMED(4),
        /** The replica did not save in time; it was left as it was. */
        LATE(5);

        private final int code;

        Cause(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static Optional<Cause> ofCode(int code) {
            for (Cause cause : values()) {
                if (cause.code == code) {
                    return Optional.of(cause);
                }
            }
            return Optional.empty();
        }
    }
}
