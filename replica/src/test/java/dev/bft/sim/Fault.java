package dev.bft.sim;

import java.util.Locale;

/** The kinds of fault: each seed draws which are on; a sweep counts in how many seeds each was seen. */
enum Fault {
    /** A frame vanished. */
    LOSS,
    /** A frame arrived twice. */
    DUPLICATION,
    /** Frames overtook one another. */
    REORDERING,
    /** Bytes of a frame changed, or some were cut off or added. */
    CORRUPTION,
    /** A frame of the past arrived again, perhaps from before a reboot. */
    REPLAY,
    /** A connection broke: what was on its way is lost, a new one follows. */
    RESET,
    /** One replica hears nobody and nobody hears it, for a while. */
    ISOLATION,
    /** One replica's links are slow for a while. */
    SLOWNESS,
    /** The clocks of the replicas run at different speeds. */
    CLOCK_DRIFT,
    /** A disk takes very long. */
    SLOW_DISK,
    /** A replica died between two steps. */
    CRASH,
    /** A replica died between two effects of one step. */
    CRASH_IN_STEP,
    /** A replica died while it wrote, or after the write and before it heard of it. */
    CRASH_AT_WRITE,
    /** A crash left half a record at the end of a vote log. */
    TORN_WRITE,
    /** All replicas died at once. */
    POWER_CUT,
    /** A replica was recovered: saved, killed, booted with the next tick. */
    RECOVERY,
    /** A replica was recovered without its save: it remembers no vote. */
    AMNESIA,
    /** A replica's disk came back empty. */
    DISK_LOSS,
    /** A replica's state file was damaged while it was down. */
    STATE_DAMAGE,
    /** A client process died and another took its place. */
    CLIENT_CRASH,
    /** The replicas fell apart into islands for a while. */
    PARTITION,
    /** Nothing went from one replica to another for a while, but the other way it did. */
    ONE_WAY,
    /** Frames to a replica were held up, perhaps until views and keys later. */
    LONG_DELAY,
    /** Frames of the whole past arrived again at once. */
    REPLAY_ALL,
    /** Some replicas were faulty all the time, as far as f allows. */
    BYZANTINE,
    /** A faulty replica ran twice. */
    TWINS,
    /** A client authenticated its requests to the backups and not to the primary (amendment AG6). */
    CROOKED_CLIENT,
    /** An operator wanted another primary than this replica, whether it was the primary or not. */
    HAND_OVER,
    /** A client's credential expired, and it went on. */
    EXPIRED_CLIENT,
    /** A client was revoked, and it went on. */
    REVOKED_CLIENT;

    /** The name in reports. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
