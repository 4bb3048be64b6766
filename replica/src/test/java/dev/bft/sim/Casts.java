package dev.bft.sim;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Who plays in a scenario, and on which day. */
final class Casts {
    private static final int BATCHES = 400;

    private Casts() {}

    /** A day on which nothing happens by itself. */
    static Plan calm(long seed, int replicas) {
        return new Plan(
                seed,
                replicas,
                tunables(30 * Plan.SECONDS, true),
                EnumSet.noneOf(Fault.class),
                new Plan.Weather(0, 0, 0, 0, 50 * Plan.MICROS, 500 * Plan.MICROS),
                new Plan.Disks(50 * Plan.MICROS, 500 * Plan.MICROS),
                new Plan.Load(3, 2, Plan.MILLIS, BATCHES, Crook.Way.INVERSE),
                false,
                new TreeMap<>());
    }

    private static Plan.Tunables tunables(long refresh, boolean durable) {
        return new Plan.Tunables(8, 16, 6, 4096, 4, 60 * Plan.MILLIS, refresh, durable, 32, 100 * Plan.MILLIS);
    }

    static Scenario.Cast nobody() {
        return calm -> calm;
    }

    static Scenario.Cast faulty(int replica, Behaviour... behaviours) {
        return calm -> calm.with(new TreeMap<>(Map.of(replica, EnumSet.copyOf(Set.of(behaviours)))));
    }

    static Scenario.Cast lastFaulty(Behaviour behaviour) {
        return calm -> faulty(calm.replicas() - 1, behaviour).of(calm);
    }

    /** f replicas, from 0 on, all with this behaviour. */
    static Scenario.Cast asManyAsMayBe(Behaviour behaviour) {
        return calm -> {
            SortedMap<Integer, Set<Behaviour>> traitors = new TreeMap<>();
            for (int i = 0; i < calm.faulty(); i++) {
                traitors.put(i, EnumSet.of(behaviour));
            }
            return calm.with(traitors);
        };
    }

    /** The last f replicas, all with this behaviour. */
    static Scenario.Cast lastFaultyAsMayBe(Behaviour behaviour) {
        return calm -> {
            SortedMap<Integer, Set<Behaviour>> traitors = new TreeMap<>();
            for (int i = 1; i <= calm.faulty(); i++) {
                traitors.put(calm.replicas() - i, EnumSet.of(behaviour));
            }
            return calm.with(traitors);
        };
    }

    static Scenario.Cast storm(double loss, double duplication, double corruption) {
        Plan.Weather weather = new Plan.Weather(loss, duplication, corruption, 0, 50 * Plan.MICROS, 500 * Plan.MICROS);
        Set<Fault> faults = EnumSet.of(Fault.REORDERING, Fault.REPLAY_ALL);
        return calm -> new Plan(
                calm.seed(),
                calm.replicas(),
                calm.tunables(),
                faults,
                weather,
                calm.disks(),
                calm.load(),
                false,
                calm.traitors());
    }

    static Scenario.Cast with(Plan.Tunables tunables, Set<Fault> faults) {
        return calm -> new Plan(
                calm.seed(),
                calm.replicas(),
                tunables,
                faults,
                calm.weather(),
                calm.disks(),
                calm.load(),
                false,
                calm.traitors());
    }

    static Scenario.Cast refreshing(long millis) {
        return with(tunables(millis * Plan.MILLIS, true), EnumSet.noneOf(Fault.class));
    }

    static Scenario.Cast refreshingUnder(Fault fault) {
        return with(tunables(2 * Plan.SECONDS, true), EnumSet.of(fault));
    }

    /** A session table that has room for little more than the clients need, and a faulty replica. */
    static Scenario.Cast fewSessions(int replica, Behaviour behaviour) {
        return calm -> faulty(replica, behaviour).of(calm.with(calm.tunables().withSessions(8)));
    }

    /** A log with room for eight checkpoint periods, clients that take their time, and a faulty replica. */
    static Scenario.Cast atLeisure(int replica, Behaviour behaviour) {
        return calm -> faulty(replica, behaviour).of(unhurried(calm, 64));
    }

    /** The same with backups that have patience with the primary. */
    static Scenario.Cast patient(int replica, Behaviour behaviour) {
        return calm -> {
            Plan plan = atLeisure(replica, behaviour).of(calm);
            return plan.with(plan.tunables().withViewTimeout(60 * Plan.SECONDS));
        };
    }

    /** A log with room for 32 checkpoint periods, and clients that take their time. */
    static Scenario.Cast longLog() {
        return calm -> unhurried(calm, 256);
    }

    private static Plan unhurried(Plan calm, long logSize) {
        return new Plan(
                calm.seed(),
                calm.replicas(),
                calm.tunables().withLogSize(logSize),
                calm.faults(),
                calm.weather(),
                calm.disks(),
                new Plan.Load(3, 2, 20 * Plan.MILLIS, BATCHES, Crook.Way.INVERSE),
                false,
                calm.traitors());
    }

    /** A window of one batch. */
    static Scenario.Cast oneAtATime() {
        return calm -> calm.with(calm.tunables().withWindow(1));
    }

    static Scenario.Cast oneAtATime(Scenario.Cast cast) {
        return calm -> oneAtATime().of(cast.of(calm));
    }

    /** A day that is to be long: clients take their time. */
    static Scenario.Cast unhurried(Scenario.Cast cast) {
        return calm -> cast.of(calm).withThink(50 * Plan.MILLIS);
    }

    /** Backups that have this patience with the primary; milliseconds. */
    static Scenario.Cast patiently(long millis, Scenario.Cast cast) {
        return calm -> {
            Plan plan = cast.of(calm);
            return plan.with(plan.tunables().withViewTimeout(millis * Plan.MILLIS));
        };
    }

    /** Many clients with one request each at a time, and a log that they do not fill soon. */
    static Scenario.Cast busy(Scenario.Cast cast) {
        return calm -> {
            Plan plan = cast.of(calm);
            Plan.Load load = new Plan.Load(6, 1, 0, 4 * BATCHES, plan.load().crook());
            return new Plan(
                    plan.seed(),
                    plan.replicas(),
                    plan.tunables().withLogSize(64).withBatchRequests(64),
                    plan.faults(),
                    plan.weather(),
                    plan.disks(),
                    load,
                    false,
                    plan.traitors());
        };
    }

    /** A client whose credential expires soon. */
    static Scenario.Cast expiring() {
        return with(tunables(30 * Plan.SECONDS, true), EnumSet.of(Fault.EXPIRED_CLIENT));
    }

    /** Production code checks, seals and signs. */
    static Scenario.Cast realKeys() {
        return calm -> new Plan(
                calm.seed(),
                calm.replicas(),
                calm.tunables(),
                calm.faults(),
                calm.weather(),
                calm.disks(),
                calm.load(),
                true,
                calm.traitors());
    }

    static Scenario.Cast inMemory() {
        return with(tunables(30 * Plan.SECONDS, false), EnumSet.noneOf(Fault.class));
    }

    static Scenario.Cast crooked(Crook.Way way) {
        return calm -> with(tunables(30 * Plan.SECONDS, true), EnumSet.of(Fault.CROOKED_CLIENT))
                .of(calm)
                .with(way);
    }

    static Scenario.Cast crookedAnd(Crook.Way way, Scenario.Cast faulty) {
        return calm -> faulty.of(crooked(way).of(calm));
    }
}
