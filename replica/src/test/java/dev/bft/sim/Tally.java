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
        /** Sessions opened. */
        OPENINGS,
        REFUSED,
        SESSIONS_LOST,
        /** Answers that were lost, asked for again, and too long to be kept. */
        RESULTS_DROPPED,
        CRASHES,
        RECOVERIES,
        TRANSFERS,
        /** Checkpoints that replicas began to fetch. */
        TARGETS,
        /** Transfers of which all was there. */
        FETCHED,
        /** Transfers after which a replica executed again what it had executed on a wrong state. */
        FETCHED_BACK,
        KEY_CHANGES,
        ALARMS,
        /** Messages that an {@link Excess} changed, withheld or added. */
        EXCESSES,
        /** Cores of faulty replicas that broke an invariant over what their lies led to. */
        TRAITORS_BROKEN,
        /** Whether the situation of a scenario occurred. */
        OCCURRED,
        VIEW_CHANGES,
        NEW_VIEWS,
        FRAMES,
        STEPS;

        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final EnumMap<Fault, Long> faults = new EnumMap<>(Fault.class);
    private final EnumMap<Count, Long> counts = new EnumMap<>(Count.class);
    private final EnumMap<Behaviour, Long> behaviours = new EnumMap<>(Behaviour.class);
    private final Map<Integer, Long> served = new TreeMap<>();
    private final EnumMap<Situation, Long> situations = new EnumMap<>(Situation.class);
    /** How often each replica changed the keys by which others authenticate to it. */
    private final Map<Integer, Long> keyChanges = new TreeMap<>();

    void saw(Fault fault) {
        faults.merge(fault, 1L, Long::sum);
    }

    long seen(Fault fault) {
        return faults.getOrDefault(fault, 0L);
    }

    /** A faulty replica changed or added a message so. */
    void did(Behaviour behaviour) {
        behaviours.merge(behaviour, 1L, Long::sum);
    }

    long done(Behaviour behaviour) {
        return behaviours.getOrDefault(behaviour, 0L);
    }

    void was(Situation situation) {
        situations.merge(situation, 1L, Long::sum);
    }

    long been(Situation situation) {
        return situations.getOrDefault(situation, 0L);
    }

    void count(Count what) {
        counts.merge(what, 1L, Long::sum);
    }

    /** A replica gives others new keys. */
    void changedKeys(int replica) {
        count(Count.KEY_CHANGES);
        keyChanges.merge(replica, 1L, Long::sum);
    }

    long keyChangesOf(int replica) {
        return keyChanges.getOrDefault(replica, 0L);
    }

    /** An operation of a client was executed for the first time. */
    void served(int client) {
        served.merge(client, 1L, Long::sum);
    }

    /** How many operations of a client were executed. */
    long servedOf(int client) {
        return served.getOrDefault(client, 0L);
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
        behaviours.forEach((what, value) -> all.put(what.label(), value));
        situations.forEach((what, value) -> all.put(what.label(), value));
        return all;
    }
}
