package dev.bft.sim;

import java.util.List;
import java.util.TreeSet;

/**
 * Lets the incidents of a plan happen as the cluster comes along, and brings back what died. Replicas may die at
 * any time and all at once, but never more than f of them are faulty or have forgotten something.
 */
final class Faults {
    private static final int SLOWEST = 40;

    private final Plan plan;
    private final Timeline time;
    private final Tally tally;
    private final Trace trace;
    private final Network network;
    private final Nodes nodes;
    private final Rng rng;
    private final List<Incident> incidents;
    /** Replicas that lost something and have not yet made up for it. */
    private final TreeSet<Integer> impaired = new TreeSet<>();

    private final TreeSet<Integer> recovering = new TreeSet<>();
    /** Replicas whose state file was damaged in this run: they may say so. */
    private final TreeSet<Integer> damaged = new TreeSet<>();

    private int next;
    private long storms;
    private boolean healed;

    Faults(World world, Network network, Nodes nodes) {
        this.plan = world.plan();
        this.time = world.time();
        this.tally = world.tally();
        this.trace = world.trace();
        this.network = network;
        this.nodes = nodes;
        this.rng = new Rng(plan.seed()).split("faults", plan.replicas());
        this.incidents = Incident.draw(plan);
    }

    /** So many batches are executed: what was to come then comes. */
    void progress(long batches) {
        while (next < incidents.size() && incidents.get(next).batch() <= batches) {
            Incident incident = incidents.get(next++);
            time.in(incident.delay(), () -> strike(incident));
        }
    }

    /** No more faults; what is down comes back. */
    void heal() {
        healed = true;
        network.heal();
        for (int i = 0; i < plan.replicas(); i++) {
            nodes.replica(i).disk().setSlow(false);
        }
    }

    private void strike(Incident incident) {
        if (healed) {
            return;
        }
        trace.say("fault", incident.toString());
        if (incident.isWeather()) {
            storm(incident.length());
            return;
        }
        int target = incident.target();
        switch (incident.fault()) {
            case RESET -> reset(target);
            case ISOLATION -> cut(Fault.ISOLATION, network.cuts().around(target), incident.length());
            case PARTITION -> cut(Fault.PARTITION, network.cuts().between(islands()), incident.length());
            case ONE_WAY -> {
                int other = (target + 1 + rng.below(plan.replicas() - 1)) % plan.replicas();
                cut(Fault.ONE_WAY, network.cuts().oneWay(target, other), incident.length());
            }
            case LONG_DELAY -> holdUp(target, incident.length());
            case REPLAY_ALL -> network.replayAll();
            case SLOWNESS -> slow(target, incident.length());
            case SLOW_DISK -> slowDisk(target, incident.length());
            case REVOKED_CLIENT -> revoke(target);
            case CLIENT_CRASH -> crashClient(target, incident.length());
            case POWER_CUT -> cutPower();
            default -> strikeReplica(incident.fault(), target);
        }
    }

    void strikeReplica(Fault fault, int target) {
        SimReplica replica = nodes.replica(target);
        boolean durable = plan.tunables().durable();
        if (!replica.isUp() || recovering.contains(target)) {
            return;
        }
        switch (fault) {
            case CRASH -> {
                if (durable || mayForget(target)) {
                    tally.saw(Fault.CRASH);
                    kill(target);
                }
            }
            case CRASH_IN_STEP -> {
                if (durable) {
                    replica.dieInStep();
                }
            }
            case CRASH_AT_WRITE -> {
                if (durable) {
                    replica.dieAtWrite();
                }
            }
            case RECOVERY -> {
                recovering.add(target);
                replica.askForSave();
            }
            case AMNESIA, DISK_LOSS, STATE_DAMAGE -> forget(fault, target);
            case HAND_OVER -> {
                tally.saw(Fault.HAND_OVER);
                replica.handOver();
            }
            default -> {}
        }
    }

    private void forget(Fault fault, int target) {
        if (!mayForget(target)) {
            return;
        }
        kill(target);
        if (fault == Fault.AMNESIA) {
            nodes.replica(target).nextTick();
            tally.count(Tally.Count.RECOVERIES);
        } else if (fault == Fault.DISK_LOSS) {
            nodes.replica(target).disk().wipe();
        } else if (!nodes.replica(target).disk().damage()) {
            return;
        } else {
            damaged.add(target);
        }
        tally.saw(fault);
    }

    /** Whether this replica may lose something now; it counts as impaired until it is active again. */
    private boolean mayForget(int target) {
        if (plan.isTraitor(target)) {
            return true;
        }
        impaired.removeIf(i -> nodes.isActive(i) || nodes.isAlone(i));
        boolean tooMany = impaired.size() + plan.traitors().size() >= plan.faulty();
        if (tooMany && !impaired.contains(target)) {
            return false;
        }
        impaired.add(target);
        return true;
    }

    private void kill(int target) {
        nodes.kill(target);
        bootLater(target);
    }

    /** A replica died by itself, in a step or during a write. */
    void died(int target) {
        nodes.kill(target);
        if (recovering.remove(target) && nodes.replica(target).tickOnDiskIsNext()) {
            nodes.replica(target).nextTick();
        }
        bootLater(target);
    }

    /** A save is complete, or its deadline has passed: the recovery goes on. */
    void saved(int target) {
        if (recovering.remove(target)) {
            tally.saw(Fault.RECOVERY);
            tally.count(Tally.Count.RECOVERIES);
            nodes.kill(target);
            nodes.replica(target).nextTick();
            bootLater(target);
        }
    }

    private void bootLater(int target) {
        long down = rng.skewed(10 * Plan.MILLIS, 2 * Plan.SECONDS);
        time.in(healed ? Math.min(down, 100 * Plan.MILLIS) : down, () -> nodes.boot(target));
    }

    private void storm(long length) {
        storms++;
        long mine = storms;
        network.setStorm(true);
        time.in(length, () -> {
            if (mine == storms) {
                network.setStorm(false);
            }
        });
    }

    private void reset(int client) {
        int one = rng.below(plan.replicas());
        nodes.wires().breaks(one, (one + 1 + rng.below(plan.replicas() - 1)) % plan.replicas());
        for (int replica = 0; replica < plan.replicas(); replica++) {
            if (rng.chance(0.5)) {
                tally.saw(Fault.RESET);
                nodes.reconnect(client, replica);
            }
        }
    }

    private void cut(Fault fault, Runnable mend, long length) {
        tally.saw(fault);
        time.in(length, mend);
    }

    /** A majority and a minority, two halves, one alone, each alone: whatever the draw gives. */
    private int[] islands() {
        int[] islands = new int[plan.replicas()];
        int count = 2 + rng.below(rng.chance(0.7) ? 1 : plan.replicas() - 1);
        for (int i = 0; i < islands.length; i++) {
            islands[i] = rng.below(count);
        }
        return islands;
    }

    private void holdUp(int target, long length) {
        network.holdUp(target, 2 * length);
        time.in(length, () -> network.holdUp(target, 0));
    }

    private void slow(int target, long length) {
        tally.saw(Fault.SLOWNESS);
        network.slow(target, 2 + rng.below(SLOWEST));
        time.in(length, () -> network.slow(target, 1));
    }

    private void slowDisk(int target, long length) {
        tally.saw(Fault.SLOW_DISK);
        nodes.replica(target).disk().setSlow(true);
        time.in(length, () -> nodes.replica(target).disk().setSlow(false));
    }

    /** The first client has another revoked, whom the root revokes; and the other way round without the root. */
    private void revoke(int target) {
        int victim = 1 + target % (plan.load().clients() - 1);
        nodes.client(victim).forges(0);
        nodes.client(0).revokes(victim);
    }

    private void crashClient(int client, long length) {
        if (nodes.client(client).isUp()) {
            tally.saw(Fault.CLIENT_CRASH);
            nodes.killClient(client);
            time.in(length, () -> nodes.startClient(client));
        }
    }

    private void cutPower() {
        tally.saw(Fault.POWER_CUT);
        for (int i = 0; i < plan.replicas(); i++) {
            if (nodes.replica(i).isUp()) {
                died(i);
            }
            nodes.replica(i).losePower();
        }
    }

    /** An alarm is right only where something was damaged, or somebody is faulty. */
    void alarm(int replica, String text) {
        if (plan.traitors().isEmpty() && !damaged.contains(replica)) {
            throw new Violation("no-false-alarm", "replica " + replica + ": " + text);
        }
    }
}
