package dev.bft.cli;

import dev.bft.sim.Crook;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A way in which a client, or a stranger, harms the others. */
enum HostileKind {
    /** MACs bad for the primary, of whatever view, and good for all backups (11-A1). */
    INVERSE_MAC(Crook.Way.INVERSE, 500),
    /** MACs good for the primary alone. */
    BIG_MAC(Crook.Way.DIVIDING, 500),
    /** MACs good for all but f backups, others for each session. */
    SCATTERED(Crook.Way.SCATTERED, 500),
    /** Signatures that are none, below good MACs. */
    FALSE_SIGNATURE(Crook.Way.FALSE_SIGNATURE, 500),
    /** Two operations under one timestamp, each first at half of the replicas (amendment AG9). */
    REUSED_TIMESTAMP(Crook.Way.COLLIDING, 200),
    /** Numbers and bases of the far future (amendment AG8). */
    FAR_AHEAD(Crook.Way.FAR_AHEAD, 200),
    /** Operations that write, sent as ones that only read (3.9). */
    WRITING_READ(8, 200),
    /** Sessions that are opened, 64 at a time, and used once. */
    OPEN_STORM(64, 2000),
    /** Valid requests over 64 sessions. */
    FLOOD(64, 2000),
    /** Operations as long as may be. */
    BIG(4, 5),
    /** Frames that hold no message. */
    GARBAGE(0, 2000),
    /** Messages in the name of replicas and clients, with MACs and signatures that are none. */
    FORGERY(0, 2000),
    /** What nobody asked for and nobody authenticates: batches, and VIEW-CHANGEs that others are said to have made. */
    UNSOLICITED(0, 500),
    /** Connections that are made and closed. */
    CHURN(0, 400),
    /** Connections that begin a frame and send a byte of it now and then. */
    SLOW_LORIS(0, 200),
    /** No harm at all: a loop that takes as much of a processor, in thousandths. The control. */
    BURNER(0, 100);

    private final Optional<Crook.Way> way;
    private final int sessions;
    private final int rate;

    HostileKind(Crook.Way way, int rate) {
        this.way = Optional.of(way);
        this.sessions = 8;
        this.rate = rate;
    }

    HostileKind(int sessions, int rate) {
        this.way = Optional.empty();
        this.sessions = sessions;
        this.rate = rate;
    }

    /** What the simulator's crook does for it, if it is one of those. */
    Optional<Crook.Way> way() {
        return way;
    }

    /** Operations under way at a time; 0 for what is no client. */
    int sessions() {
        return sessions;
    }

    /** After how long it begins anew, with other sessions; nanoseconds. */
    long life() {
        return switch (this) {
            case FLOOD, BIG -> Long.MAX_VALUE;
            case OPEN_STORM -> 1_000_000_000L;
            default -> 3_000_000_000L;
        };
    }

    /** Operations, frames or connections a second, at most. */
    int rate() {
        return rate;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static HostileKind of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** All that harm. */
    static List<HostileKind> all() {
        return Arrays.stream(values()).filter(kind -> kind != BURNER).toList();
    }
}
