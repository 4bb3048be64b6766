package dev.bft.watchdog;

import java.util.Locale;
import java.util.Optional;

/** Where a replica stands, by its watchdog's own knowledge; what the replica says of itself is a claim beside it. */
public enum ReplicaPhase {
    /** The image is being copied and verified, or the process was just started. */
    BOOTING(1),
    /** The replica said that it takes part. */
    READY(2),
    /** A recovery is in progress, from the save to the next {@link #READY}. */
    RECOVERING(3),
    /** It is dead and will be booted again after a wait. */
    DOWN(4),
    /** It is dead and stays so until its image is as the manifest says; tried again and again. */
    REFUSED(5),
    /** It was killed and is not proved dead; nothing is started beside it. */
    STUCK(6),
    /** It was told to stop. */
    STOPPING(7),
    /** It is dead and the watchdog is about to end. */
    STOPPED(8);

    private final int code;

    ReplicaPhase(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static Optional<ReplicaPhase> ofCode(int code) {
        for (ReplicaPhase phase : values()) {
            if (phase.code == code) {
                return Optional.of(phase);
            }
        }
        return Optional.empty();
    }

    /** Returns the word that commands print. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
