package dev.bft.sim;

import dev.bft.protocol.Fact;
import dev.bft.wire.Digest;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** A running cluster as a script sees it: it lets time pass and breaks things at the right moment. */
final class Stage {
    private static final long PATIENCE = 120 * Plan.SECONDS;

    private final Simulation simulation;
    private final Network network;
    private final Nodes nodes;
    private boolean heals = true;

    Stage(Simulation simulation, Network network, Nodes nodes) {
        this.simulation = simulation;
        this.network = network;
        this.nodes = nodes;
    }

    Plan plan() {
        return simulation.plan();
    }

    int replicas() {
        return plan().replicas();
    }

    Network network() {
        return network;
    }

    Nodes nodes() {
        return nodes;
    }

    Tally tally() {
        return simulation.tally();
    }

    /** The highest view that a correct replica was active in. */
    long view() {
        return simulation.checks().view();
    }

    /** The primary of that view. */
    int primary() {
        return (int) (view() % replicas());
    }

    /** Batches executed so far. */
    long length() {
        return simulation.checks().history().length();
    }

    /** Whether a replica has executed a checkpoint period less than others. */
    boolean isBehind(int replica) {
        long period = plan().tunables().checkpointPeriod();
        return nodes.replica(replica)
                .status()
                .filter(s -> s.executed() + period <= length())
                .isPresent();
    }

    /** Waits until so many more batches are executed. */
    void batches(long more) {
        long end = length() + more;
        until("batch " + end, () -> length() >= end);
    }

    /** Waits until a correct replica is active in a later view. */
    void nextView() {
        viewAfter(view());
    }

    /** Waits until a correct replica is active in a view later than this. */
    void viewAfter(long view) {
        until("a view after " + view, () -> view() > view);
    }

    /** Cuts the primary off until another is found, and brings it back. */
    void changeView() {
        long view = view();
        Runnable mend = network.cuts().around(primary());
        viewAfter(view);
        mend.run();
    }

    void until(String what, BooleanSupplier condition) {
        simulation.until(what, condition, PATIENCE);
    }

    /** Waits until something happened, not for longer than some time. */
    void within(long nanos, String what, BooleanSupplier condition) {
        simulation.until(what, condition, nanos);
    }

    /** Lets time pass. */
    void sleep(long nanos) {
        sleep(nanos, () -> false);
    }

    /** Lets time pass, until it is enough. */
    void sleep(long nanos, BooleanSupplier enough) {
        long end = simulation.time().now() + nanos;
        simulation.until(
                "time", () -> enough.getAsBoolean() || simulation.time().now() >= end, 2 * nanos);
    }

    /** Saves, kills and boots a replica with the next tick. */
    void recover(int replica) {
        simulation.recover(replica);
    }

    void kill(int replica) {
        nodes.kill(replica);
    }

    /** The batch that stands at a seqno. */
    Digest batch(long seqno) {
        return simulation.checks().history().batch(seqno);
    }

    /** What a replica executed ahead of its commitment. */
    Optional<Fact.ExecutedAhead> ahead(int replica) {
        return simulation.checks().tentative(replica).ahead();
    }

    /** Whether a replica has executed ahead what its disk does not know yet to have prepared. */
    boolean isAheadOfItsDisk(int replica) {
        Ledger disk = simulation.checks().ledger(replica);
        return ahead(replica)
                .filter(a -> !disk.holdsOutcome(a.seqno(), a.batch()))
                .isPresent();
    }

    /** The state of a replica becomes another than that of the others. */
    void goAstray(int replica) {
        nodes.replica(replica).goAstray();
    }

    /** The situation that the script is there for occurred, or not in this seed. */
    void mark(boolean occurred) {
        if (occurred) {
            tally().count(Tally.Count.OCCURRED);
        }
    }

    /** What must not be. */
    void refuse(boolean wrong, String what) {
        Violation.unless(!wrong, "scenario", () -> what);
    }

    /** The cluster is in no state to go on after this. */
    void endHere() {
        heals = false;
    }

    boolean heals() {
        return heals;
    }
}
