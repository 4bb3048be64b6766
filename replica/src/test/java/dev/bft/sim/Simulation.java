package dev.bft.sim;

import dev.bft.protocol.ReplicaStatus;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * One run: a cluster under the faults of its plan until it has executed so many batches; then everything heals, and
 * it must answer all that was asked, and come to one and the same checkpoint everywhere (12.1, then 12.2).
 */
final class Simulation implements World {
    private static final long STORMS_END = 900 * Plan.SECONDS;
    private static final long HEALING = 300 * Plan.SECONDS;
    private static final long STEPS_MAX = 30_000_000;

    private final Plan plan;
    private final Timeline time = new Timeline();
    private final Tally tally = new Tally();
    private final Trace trace;
    private final Keys keys;
    private final Checks checks;
    private final Network network;
    private final Nodes nodes;
    private final Faults faults;
    private long batches;

    Simulation(Plan plan, Optional<PrintStream> out) {
        this.plan = plan;
        this.trace = new Trace(time, out);
        this.keys = plan.realKeys() ? new RealKeys(plan) : new StandInKeys();
        this.checks = new Checks(plan, tally);
        this.network = new Network(time, plan, plan.replicas() + plan.load().clients(), tally);
        this.nodes = new Nodes(this);
        this.faults = new Faults(this, network, nodes);
    }

    /** Runs to the end; a broken invariant ends it before. */
    Outcome run() {
        Optional<Violation> violation = Optional.empty();
        try {
            storms();
            heal();
        } catch (Violation e) {
            violation = Optional.of(e);
        } catch (RuntimeException e) {
            // Whatever the core throws is a finding: in production it stops the process.
            violation = Optional.of(new Violation("no-exception", Outcome.text(e)));
        }
        tally.set(Tally.Count.BATCHES, checks.history().length());
        tally.set(Tally.Count.STEPS, time.steps());
        return new Outcome(plan, time.steps(), time.now(), trace.hash(), tally, violation);
    }

    private void storms() {
        nodes.start();
        while (checks.history().length() < plan.load().batches() && time.now() < STORMS_END) {
            next();
        }
    }

    private void next() {
        if (!time.runNext() || time.steps() > STEPS_MAX) {
            throw new Violation("liveness", "nothing happens any more, or too much");
        }
        if (checks.history().length() != batches) {
            batches = checks.history().length();
            faults.progress(batches);
        }
    }

    private void heal() {
        faults.heal();
        trace.say("simulation", "everything heals");
        nodes.clients().forEach(SimClient::calmDown);
        long end = time.now() + HEALING;
        while (!isHealthy()) {
            nextBefore(end, "not healthy");
        }
        nodes.clients().forEach(SimClient::stopAsking);
        trace.say("simulation", "no more operations");
        while (!isQuiet()) {
            nextBefore(end, "not quiet");
        }
    }

    private void nextBefore(long end, String what) {
        next();
        if (time.now() > end) {
            throw new Violation("liveness", what + " long after all faults ended: " + statuses());
        }
    }

    /**
     * Enough batches, a quorum active, all others ready, though perhaps alone in a later view, every client there.
     * Looked at once in a while.
     */
    private boolean isHealthy() {
        if (time.steps() % 256 != 0 || batches < plan.load().batches()) {
            return false;
        }
        int active = 0;
        for (int i = 0; i < plan.replicas(); i++) {
            active += nodes.isActive(i) ? 1 : 0;
            if (!nodes.isActive(i) && !nodes.isAlone(i)) {
                return false;
            }
        }
        return active >= plan.quorum() && nodes.clients().stream().allMatch(SimClient::isUp);
    }

    /** All is answered, and all replicas hold the same last checkpoint. */
    private boolean isQuiet() {
        if (time.steps() % 64 != 0 || nodes.clients().stream().anyMatch(c -> c.pending() > 0 || !c.isUp())) {
            return false;
        }
        long period = plan.tunables().checkpointPeriod();
        long last = batches / period * period;
        TreeSet<String> digests = new TreeSet<>();
        for (SimReplica replica : nodes.replicas()) {
            Optional<ReplicaStatus> status =
                    replica.status().filter(s -> s.stable() == last && s.executed() == batches);
            if (status.isEmpty()) {
                return false;
            }
            digests.add(status.get().stableDigest().hex());
        }
        Violation.unless(digests.size() == 1, "equal-digests", () -> "last checkpoint " + last + ": " + digests);
        return true;
    }

    private List<String> statuses() {
        List<String> all = new ArrayList<>();
        all.add("batches " + batches);
        for (SimReplica replica : nodes.replicas()) {
            all.add(replica.status()
                    .map(s ->
                            s.phase() + " h" + s.stable() + " le" + s.executed() + " q" + s.queued() + " " + s.drops())
                    .orElse("down"));
        }
        nodes.clients().forEach(c -> all.add("pending " + c.pending()));
        return all;
    }

    @Override
    public Plan plan() {
        return plan;
    }

    @Override
    public Timeline time() {
        return time;
    }

    @Override
    public Keys keys() {
        return keys;
    }

    @Override
    public Checks checks() {
        return checks;
    }

    @Override
    public Tally tally() {
        return tally;
    }

    @Override
    public Trace trace() {
        return trace;
    }

    @Override
    public void send(int from, int to, byte[] frame) {
        tally.count(Tally.Count.FRAMES);
        network.send(from, to, frame, bytes -> nodes.replica(to).arrives(from, bytes));
    }

    @Override
    public void sendToLink(int from, long link, byte[] frame) {
        nodes.links().byLink(link).ifPresent(connection -> {
            int client = connection.client();
            network.send(from, plan.replicas() + client, frame, bytes -> {
                if (nodes.links().of(client, from).isOpen()) {
                    nodes.client(client).arrives(from, bytes);
                }
            });
        });
    }

    @Override
    public void sendFromClient(int client, int replica, byte[] frame) {
        if (nodes.links().of(client, replica).isOpen()) {
            network.send(plan.replicas() + client, replica, frame, bytes -> {
                Connection now = nodes.links().of(client, replica);
                if (now.isOpen()) {
                    nodes.replica(replica).arrives(now.link(), bytes);
                }
            });
        }
    }

    @Override
    public void booted(int replica) {
        nodes.booted(replica);
    }

    @Override
    public void died(int replica) {
        faults.died(replica);
    }

    @Override
    public void saved(int replica) {
        faults.saved(replica);
    }

    @Override
    public void alarm(int replica, String text) {
        faults.alarm(replica, text);
    }
}
