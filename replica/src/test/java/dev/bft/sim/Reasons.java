package dev.bft.sim;

import dev.bft.protocol.Fact;
import dev.bft.wire.Digest;
import dev.bft.wire.Hold;
import dev.bft.wire.Status;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * That a correct replica does nothing on the word of faulty ones alone: it fetches a state that a correct one took
 * (5.2), follows others into a view only after a correct one (6.9), and leaves one over a proposal that is stuck only if a
 * correct one holds it (AG7). And that one which lost its votes votes only
 * above all that it may have voted for (9.13).
 */
final class Reasons {
    private static final String WHY = "good-reason";

    /** By these faults what a correct node said once arrives more often, or changed. */
    private static final Set<Fault> REPEATING =
            EnumSet.of(Fault.REPLAY_ALL, Fault.REPLAY, Fault.DUPLICATION, Fault.CORRUPTION);

    /** The digests of checkpoints that correct replicas took, by seqno. */
    private final Map<Long, Set<Digest>> taken = new HashMap<>();
    /** The highest seqno that each replica ever voted for. */
    private final long[] voted;

    /** The views in which a correct replica said that it holds a proposal. */
    private final Set<Long> held = new HashSet<>();

    /** The views whose primary a correct replica found slow. */
    private final Set<Long> slow = new HashSet<>();

    private final Plan plan;
    private long left;

    Reasons(Plan plan) {
        this.plan = plan;
        this.voted = new long[plan.replicas()];
    }

    /** A correct replica has this checkpoint. */
    void takes(long seqno, Digest state) {
        taken.computeIfAbsent(seqno, n -> new HashSet<>()).add(state);
    }

    void fetches(int replica, Fact.TransferStarted fact) {
        Violation.unless(
                taken.getOrDefault(fact.seqno(), Set.of()).contains(fact.state()),
                WHY,
                () -> "replica " + replica + " fetches checkpoint " + fact.seqno() + " that no correct replica took");
    }

    void leaves(int replica, Fact.ViewLeft fact) {
        Violation.unless(
                !fact.why().contains("others left") || fact.next() <= left,
                WHY,
                () -> "replica " + replica + " follows nobody but faulty ones into view " + fact.next());
        left = Math.max(left, fact.next());
        Violation.unless(
                !fact.why().contains("find its primary slow") || slow.contains(fact.view()),
                WHY,
                () -> "replica " + replica + " leaves view " + fact.view()
                        + " though no correct one finds its primary slow");
        Violation.unless(
                !fact.why().contains("whose request") || held.contains(fact.next() - 1),
                WHY,
                () -> "replica " + replica + " leaves for view " + fact.next()
                        + " though no correct one holds a proposal");
    }

    /** A correct replica says whether it finds the primary of its view slow. */
    void says(Status m) {
        if (m.slow()) {
            slow.add(m.view());
        }
    }

    /** A correct replica says that it holds a proposal. */
    void holds(Hold m) {
        held.add(m.view());
    }

    /** A correct client is never in quarantine, whatever faulty primaries propose in its name. */
    void quarantines(int replica, Fact.Quarantined fact, boolean crooked) {
        Violation.unless(
                crooked,
                WHY,
                () -> "replica " + replica + " has client " + fact.client() + " in quarantine, which is correct");
    }

    /** Who is correct does not send so much that is of no use, unless the network makes it so. */
    void mutes(int replica, int who) {
        boolean faulty = who < plan.replicas()
                ? plan.isTraitor(who)
                : plan.crook(who - SimClient.FIRST_ID).isPresent();
        Violation.unless(
                faulty || REPEATING.stream().anyMatch(plan::has),
                WHY,
                () -> "replica " + replica + " does not listen to " + who + ", which is correct");
    }

    void votes(int replica, long seqno) {
        voted[replica] = Math.max(voted[replica], seqno);
    }

    /** A replica that forgot its votes has found how far they can have gone. */
    void bounds(int replica, long bound) {
        Violation.unless(
                bound >= voted[replica],
                "no-vote-below",
                () -> "replica " + replica + " voted up to " + voted[replica] + " and takes " + bound
                        + " for the most that it can have been");
    }
}
