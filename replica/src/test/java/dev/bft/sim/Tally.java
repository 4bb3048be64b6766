package dev.bft.sim;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a run counted: how often each fault was seen, and what the cluster did meanwhile. */
final class Tally {
    /** What a cluster does. */
    enum Count {
        BATCHES,
        CHECKPOINTS,
        OPERATIONS,
        REFUSED,
        SESSIONS_LOST,
        CRASHES,
        RECOVERIES,
        TRANSFERS,
        KEY_CHANGES,
        VIEW_CHANGES,
        ALARMS,
        FRAMES,
        STEPS;

        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final EnumMap<Fault, Long> faults = new EnumMap<>(Fault.class);
    private final EnumMap<Count, Long> counts = new EnumMap<>(Count.class);

    void saw(Fault fault) {
        faults.merge(fault, 1L, Long::sum);
    }

    long seen(Fault fault) {
        return faults.getOrDefault(fault, 0L);
    }

    void count(Count what) {
        counts.merge(what, 1L, Long::sum);
    }

    void set(Count what, long value) {
        counts.put(what, value);
    }

    long of(Count what) {
        return counts.getOrDefault(what, 0L);
    }

    /** All that was counted, by name. */
    Map<String, Long> all() {
        Map<String, Long> all = new TreeMap<>();
        counts.forEach((what, value) -> all.put(what.label(), value));
        faults.forEach((what, value) -> all.put(what.label(), value));
        return all;
    }
}
