package dev.bft.watchdog.audit;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which records a reader wants. Findings are never left out.
 *
 * @param last how many of the newest, after the filters; the newer ones of a followed log come on top
 * @param follow whether to go on with what is written from now on
 * @param kinds the kinds wanted; empty for all
 * @param since the oldest time wanted
 */
public record AuditQuery(int last, boolean follow, Set<String> kinds, Optional<Instant> since) {

    /** For {@code last}: every record. */
    public static final int ALL = Integer.MAX_VALUE;

    /** The most records that {@code last} may ask for, other than all: so many are held in memory. */
    public static final int LAST_MAX = 10_000;

    /** The whole of a log as it stands. */
    public static final AuditQuery EVERYTHING = new AuditQuery(ALL, false, Set.of(), Optional.empty());

    /** Checks the bound. */
    public AuditQuery {
        if (last < 0 || (last > LAST_MAX && last != ALL)) {
            throw new IllegalArgumentException("the last 0 to " + LAST_MAX + " records, or all, not " + last);
        }
        kinds = Set.copyOf(kinds);
    }

    boolean wants(AuditRecord record) {
        return (kinds.isEmpty() || kinds.contains(record.kind()))
                && since.filter(record.time()::isBefore).isEmpty();
    }
}
