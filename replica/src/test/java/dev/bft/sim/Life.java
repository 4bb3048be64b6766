package dev.bft.sim;

import dev.bft.protocol.Fact;
import dev.bft.protocol.ReplicaStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * One life of a replica, from boot to death: what it executed, in which order, and the marks that never fall, not
 * over a boot either (12.1: 2, 12, 22, 24).
 */
final class Life {
    private static final long UNKNOWN = -1;
    /** Batches that a replica holds for one seqno. */
    private static final long BATCHES = 4;

    /** No client of a run makes a longer request, authenticators and signature included. */
    private static final long REQUEST_BYTES = 1 << 10;

    private final int replica;
    private final Plan plan;
    private final Phases phases = new Phases();
    private final List<Fact.Executed> open = new ArrayList<>();
    private boolean fresh = true;
    /** Its votes of earlier lives are forgotten; up to which seqno they may have gone, if it knows. */
    private boolean forgetful;

    private long bound = UNKNOWN;
    private long executed = UNKNOWN;
    private long stable;
    private long view;
    /** It asks for this view, or is active in it. */
    private long next;

    /** A life that goes on from what is durable. */
    Life(int replica, Plan plan, Ledger durable) {
        this.replica = replica;
        this.plan = plan;
        this.stable = durable.stable();
        this.next = durable.view();
    }

    /** The seqno of the last batch executed in this life; -1 if none. */
    long executed() {
        return executed;
    }

    /** Takes what was executed since the last batch ended. */
    List<Fact.Executed> takeOpen() {
        List<Fact.Executed> taken = List.copyOf(open);
        open.clear();
        return taken;
    }

    void executed(Fact.Executed fact) {
        check(open.isEmpty() || open.get(0).seqno() == fact.seqno(), "single-order", () -> "two batches at once");
        open.add(fact);
    }

    void committed(Fact.Committed fact) {
        boolean next = executed == UNKNOWN || fact.seqno() == executed + 1;
        check(next, "single-order", () -> "executed " + fact.seqno() + " after " + executed);
        check(open.isEmpty() || open.get(0).seqno() == fact.seqno(), "single-order", () -> "mixes two batches");
        executed = fact.seqno();
    }

    void checkpoint(Fact.CheckpointTaken fact) {
        check(fact.seqno() % plan.tunables().checkpointPeriod() == 0, "window", () -> "checkpoint at " + fact.seqno());
        check(
                executed == UNKNOWN || fact.seqno() == executed,
                "single-order",
                () -> "checkpoint not of its last batch");
    }

    void stable(Fact.Stable fact) {
        check(fact.seqno() >= stable, "monotone", () -> "stable falls from " + stable + " to " + fact.seqno());
        stable = fact.seqno();
        forgetful &= bound == UNKNOWN || stable < bound;
    }

    /** It fetched a state; whether it had executed more: only who was astray goes back (amendment RC5). */
    boolean transferred(Fact.TransferDone fact, boolean astray) {
        boolean back = executed != UNKNOWN && fact.seqno() <= executed;
        check(astray || !back, "monotone", () -> "fetches back to " + fact.seqno());
        executed = fact.seqno();
        return back;
    }

    long stable() {
        return stable;
    }

    /** Whether it is active in this view, or was when it left for another. */
    boolean isIn(long some) {
        return view == some;
    }

    /** The replica leaves its view: for a later one than any before. */
    void leaves(Fact.ViewLeft fact) {
        check(fact.next() > next, "monotone", () -> "asks for view " + fact.next() + " after " + next);
        next = fact.next();
    }

    /** The replica is active in a view: not in one below those it asked for. */
    void enters(Fact.ViewEntered fact) {
        boolean later = fact.view() >= next && (fact.view() > view || view == 0);
        check(later, "monotone", () -> "enters view " + fact.view() + " after " + view + ", asked for " + next);
        check(fact.primary() == fact.view() % plan.replicas(), "monotone", () -> "wrong primary " + fact);
        view = fact.view();
        next = view;
    }

    /** It lost its votes, and has found how far they can have gone, or not yet (-1). */
    void forgets(long upTo) {
        forgetful = true;
        bound = upTo;
    }

    /** Whether it does not know yet how far its forgotten votes can have gone; else a log repeats what it found once. */
    boolean looksForItsBound() {
        return forgetful && bound == UNKNOWN;
    }

    /** How far it is with each seqno. */
    Phases phases() {
        return phases;
    }

    /** The replica votes at this seqno: only inside its window, and not where it may have voted before. */
    void votes(long seqno) {
        speaks(seqno);
        phases.votes(seqno);
    }

    /** The replica says COMMIT at this seqno: where it may vote. */
    void commits(long seqno) {
        speaks(seqno);
        phases.commits(seqno);
    }

    private void speaks(long seqno) {
        check(
                !forgetful || (bound != UNKNOWN && seqno > bound && stable >= bound),
                "no-vote-below",
                () -> "votes at " + seqno + " and forgot what it said up to " + bound);
        boolean inside = seqno > stable && seqno <= stable + plan.tunables().logSize();
        check(inside, "window", () -> "speaks of seqno " + seqno + " with h = " + stable);
    }

    /** Whether nothing was ever said about it; true once. */
    boolean isNew() {
        boolean was = fresh;
        fresh = false;
        return was;
    }

    /** What the replica says of itself must be what its facts said. */
    void compare(ReplicaStatus status) {
        check(
                status.executed() >= status.stable() || status.phase().equals("catching-up"),
                "window",
                () -> "le below h");
        check(
                executed == UNKNOWN || status.executed() == executed,
                "monotone",
                () -> "status says " + status.executed());
        check(status.view() >= next, "monotone", () -> "status says view " + status.view() + " after " + next);
        check(
                status.stable() >= stable,
                "monotone",
                () -> "status says stable " + status.stable() + " after " + stable);
        check(status.queued() <= 2 * plan.tunables().sessions(), "bounds", () -> "queue of " + status.queued());
        check(status.logBytes() <= mostLogBytes(), "bounds", () -> "log of " + status.logBytes() + " bytes");
        check(status.sessions() <= plan.tunables().sessions(), "bounds", () -> "sessions " + status.sessions());
        stable = status.stable();
    }

    /** At each seqno of the window a proposal, and the few bodies that others say matter; each of so many requests. */
    private long mostLogBytes() {
        return plan.tunables().logSize() * BATCHES * plan.tunables().batchRequests() * REQUEST_BYTES;
    }

    private void check(boolean holds, String invariant, Supplier<String> seen) {
        if (!holds) {
            throw new Violation(invariant, "replica " + replica + ": " + seen.get());
        }
    }
}
