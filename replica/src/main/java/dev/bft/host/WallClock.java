package dev.bft.host;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The clock that people set. It may jump; who needs a length of time asks another. */
final class WallClock {
    private WallClock() {}

    /** Microseconds since the epoch. */
    static long micros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
}
