package dev.bft.sim;

import dev.bft.protocol.ReplicaStatus;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * One run: a cluster under the faults of its plan until it has executed so many batches; then everything heals, and
 * it must answer all that was asked, and come to one and the same checkpoint everywhere (12.1, then 12.2).
 */
final class Simulation implements World {
    private static final long STORMS_END = 900 * Plan.SECONDS;
    /** After this what a client that is gone has left in queues is no more. */
    private static final long FORGOTTEN = 15 * Plan.SECONDS;

    private static final long HEALING = 300 * Plan.SECONDS;
    /** Frames from one replica to another for each STATUS, when nothing happens. */
    private static final long CHATTER = 6;

    /** The same when somebody says he lacks all that there is. */
    private static final long LURED = 400;

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
    /** Frames that correct replicas sent to replicas. */
    private long spoken;

    Simulation(Plan plan, Optional<PrintStream> out) {
        this.plan = plan;
        this.trace = new Trace(time, out);
        this.keys = plan.realKeys() ? new RealKeys(plan) : new StandInKeys(plan);
        this.checks = new Checks(plan, tally);
        this.network = new Network(time, plan, plan.replicas() + plan.load().clients(), tally);
        this.nodes = new Nodes(this);
        this.faults = new Faults(this, network, nodes);
    }

    /** Runs to the end; a broken invariant ends it before. */
    Outcome run() {
        return run(stage -> storms());
    }

    /** Runs a script, then heals and ends as always. */
    Outcome run(Script script) {
        Optional<Violation> violation = Optional.empty();
        try {
            Stage stage = new Stage(this, network, nodes);
            nodes.start();
            script.play(stage);
            if (stage.heals()) {
                heal();
            }
            checks.end();
            checks.history().checkRollbacks(keys);
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

    /** A watchdog's round: the replica is saved, killed, and booted with the next tick. */
    void recover(int replica) {
        faults.strikeReplica(Fault.RECOVERY, replica);
    }

    private void storms() {
        while (checks.history().length() < plan.load().batches() && time.now() < STORMS_END) {
            next();
        }
    }

    /** Lets things happen until a condition holds, not for longer than some time. */
    void until(String what, BooleanSupplier condition, long within) {
        long end = time.now() + within;
        while (!condition.getAsBoolean()) {
            nextBefore(end, "waits for " + what);
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
        if (plan.has(Fault.CROOKED_CLIENT)) {
            pass(FORGOTTEN);
        }
        comeToRest(end);
        if (togetherInAView() < plan.quorum()) {
            end = time.now() + HEALING;
            converge(end);
            comeToRest(end);
        }
    }

    /**
     * All is done that anybody asked for. But what a dead client asked for waits, with no timer, as long as one correct
     * replica is alone in a later view and the faulty ones do not help: nothing brings them together but an operation.
     */
    private void comeToRest(long end) {
        while (!isQuiet(true)) {
            if (time.now() > end - Plan.SECONDS && isOneLeftAlone() && isQuiet(false)) {
                return;
            }
            nextBefore(end, "not quiet");
        }
        idle();
    }

    private boolean isOneLeftAlone() {
        boolean settled = true;
        for (int i = 0; i < plan.replicas(); i++) {
            settled &= plan.isTraitor(i) || nodes.isActive(i) || nodes.isAlone(i);
        }
        return settled && togetherInAView() < plan.quorum();
    }

    /**
     * With the faulty ones all correct replicas but one, which waits alone in a later view, may be a quorum. Then the
     * faulty ones say nothing any more, and with the next operation 2f+1 correct replicas come into one view (L2). Not for
     * ever: before the last operation is done one may leave alone again.
     */
    private void converge(long end) {
        tally.was(Situation.LEFT_ALONE);
        trace.say("simulation", "the faulty replicas fall silent, and there is one more operation");
        plan.traitors().keySet().forEach(traitor -> network.cuts().around(traitor));
        nodes.clients().forEach(SimClient::askAgain);
        boolean met = false;
        while (!met || nodes.clients().stream().anyMatch(SimClient::isWaiting)) {
            nextBefore(end, met ? "not answered in one view" : "not in one view");
            met = met || togetherInAView() >= plan.quorum();
        }
    }

    /** The most correct replicas that are active in one view. */
    private int togetherInAView() {
        TreeMap<Long, Integer> counts = new TreeMap<>();
        for (int i = 0; i < plan.replicas(); i++) {
            if (!plan.isTraitor(i) && nodes.isActive(i)) {
                nodes.replica(i).status().ifPresent(s -> counts.merge(s.view(), 1, Integer::sum));
            }
        }
        return counts.values().stream().reduce(0, Math::max);
    }

    /** Nothing is left to do: no more is said than what each tells the others periodically (L7). */
    private void idle() {
        // What is on its way since the links were slow is answered first.
        pass(Math.max(0, network.lastArrival() - time.now()) + Plan.MILLIS);
        long before = spoken;
        pass(Plan.SECONDS);
        long pairs = (long) plan.replicas() * (plan.replicas() - 1);
        long rounds = Plan.SECONDS / plan.tunables().statusPeriod()
                + Plan.SECONDS / plan.tunables().keyRefresh()
                + 2;
        long most = pairs * rounds * (plan.traitors().isEmpty() ? CHATTER : LURED);
        long said = spoken - before;
        Violation.unless(said <= most, "chatter", () -> said + " frames in an idle second, " + most + " are enough");
    }

    private void pass(long nanos) {
        long end = time.now() + nanos;
        while (time.now() < end) {
            next();
        }
    }

    private void nextBefore(long end, String what) {
        next();
        if (time.now() > end) {
            throw new Violation("liveness", what + " for too long: " + statuses());
        }
    }

    /**
     * Enough batches; the correct replicas active in one view, but for one that left alone and waits for others in a
     * later one; with the faulty ones, if they like, they are a quorum ({@link #converge} asks for one without them);
     * every client there. Looked at once in a while.
     */
    private boolean isHealthy() {
        if (time.steps() % 256 != 0 || batches < plan.load().batches()) {
            return false;
        }
        int active = 0;
        TreeSet<Long> views = new TreeSet<>();
        for (int i = 0; i < plan.replicas(); i++) {
            active += plan.isTraitor(i) || nodes.isActive(i) ? 1 : 0;
            if (!plan.isTraitor(i) && nodes.isActive(i)) {
                nodes.replica(i).status().map(ReplicaStatus::view).ifPresent(views::add);
            }
            if (!plan.isTraitor(i) && !nodes.isActive(i) && !nodes.isAlone(i)) {
                return false;
            }
        }
        return views.size() == 1
                && active >= plan.quorum()
                && nodes.clients().stream().allMatch(SimClient::isUp);
    }

    /** All has arrived and is answered, nothing waits any more, or so it may, and all hold the same last checkpoint. */
    private boolean isQuiet(boolean nothingWaits) {
        if (time.steps() % 64 != 0
                || network.holdsUp()
                || nodes.clients().stream().anyMatch(SimClient::isWaiting)) {
            return false;
        }
        long period = plan.tunables().checkpointPeriod();
        long last = batches / period * period;
        TreeSet<String> digests = new TreeSet<>();
        for (int i = 0; i < plan.replicas(); i++) {
            if (plan.isTraitor(i)) {
                continue;
            }
            Optional<ReplicaStatus> status =
                    nodes.replica(i).status().filter(s -> s.stable() == last && s.executed() == batches);
            if (status.isEmpty() || (nothingWaits && !isIdle(status.get()))) {
                return false;
            }
            digests.add(status.get().stableDigest().hex());
        }
        Violation.unless(digests.size() == 1, "equal-digests", () -> "last checkpoint " + last + ": " + digests);
        return true;
    }

    /** Whether nobody waits; but what only a crooked client asked for may be proposed and never agreed on (AG6). */
    private boolean isIdle(ReplicaStatus status) {
        return status.queued() == 0 || plan.has(Fault.CROOKED_CLIENT);
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
        spoken += plan.isTraitor(from) ? 0 : 1;
        network.send(from, to, frame, bytes -> nodes.arrives(to, new Nodes.Arrival(from, from, bytes)));
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
            int node = plan.replicas() + client;
            network.send(node, replica, frame, bytes -> {
                Connection now = nodes.links().of(client, replica);
                if (now.isOpen()) {
                    nodes.arrives(replica, new Nodes.Arrival(node, now.link(), bytes));
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
        if (!checks.wasAstray(replica)) {
            faults.alarm(replica, text);
        }
    }
}
