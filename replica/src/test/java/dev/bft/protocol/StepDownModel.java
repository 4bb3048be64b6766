package dev.bft.protocol;

import dev.bft.sim.NewViewOracle.Decision;
import dev.bft.wire.Digest;
import dev.bft.wire.ViewChange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Every outcome of a step-down at each number near its bound (amendment RC4): n = 4, K = 1, L = 2; views 0 to 2.
 *
 * <p>Replica I had been in the hands of an attacker, who sent a VIEW-CHANGE for view 1 in its name, of whatever content. I is
 * recovered now, its recovery executed at {@link #RECOVERED}, and it stepped down to view 0. There it votes with A, the liar
 * Z, and B until that leaves: whoever voted, and prepared what two of the correct ones voted for, is an outcome; what two
 * of them prepared may have committed. B, primary of view 1, kept what I is said to have sent, and makes a NEW-VIEW of any
 * VIEW-CHANGEs of a quorum, or Z makes one; a start is whatever any f+1 hold, and may hold. If one is allowed that does not
 * choose what committed, the others follow it and that is undone.
 */
final class StepDownModel {
    /** A rule that is left out. */
    enum Slip {
        /** Whoever stepped down votes for any number, after whatever time. */
        VOTES_BELOW_THE_BOUND,
        /** It votes from a log below the bound on. */
        VOTES_A_LOG_TOO_EARLY,
        /** VIEW-CHANGEs are kept, and acknowledged, however far their h is above the receiver's. */
        KEEPS_WHAT_IS_FAR_AHEAD,
        /** A and I refuse NEW-VIEWs that rest on the old VIEW-CHANGE; B, which has one, begins view 1 by it. */
        REFUSES_INSTEAD
    }

    static final long LOG = 2;
    /** n_R. */
    static final long RECOVERED = 2;
    /** G' = floor(n_R/K)*K + 3L. */
    static final long BOUND = RECOVERED + 3 * LOG;

    static final long LAST = BOUND + 2 * LOG;
    private static final Digest COMMITTED = Said.A;
    private static final Digest OTHER = Said.B;

    /** What a correct replica did at the number in view 0. */
    private record Did(Optional<Digest> vote, boolean prepared) {
        boolean votedFor(Digest batch) {
            return vote.filter(batch::equals).isPresent();
        }

        boolean preparedIt(Digest batch) {
            return prepared && votedFor(batch);
        }

        /** Its VIEW-CHANGE for a view, above h. */
        Said says(long view, long stable, long number) {
            Said said = Said.in(view, stable);
            if (vote.isEmpty()) {
                return said;
            }
            return prepared ? said.prepared(number, vote.get(), 0) : said.voted(number, vote.get(), 0);
        }

        @Override
        public String toString() {
            return vote.map(v -> (prepared ? "prepared " : "voted ") + (v.equals(COMMITTED) ? "m" : "x"))
                    .orElse("did nothing");
        }
    }

    /** What all correct replicas did at a number. */
    private record World(long number, Did a, Did b, Did i) {
        Stream<Did> all() {
            return Stream.of(a, b, i);
        }

        /** With Z's vote 2f+1 need two of the correct ones. */
        boolean isPossible() {
            return all().filter(Did::prepared)
                    .allMatch(did -> did.vote.isPresent()
                            && all().filter(d -> d.votedFor(did.vote.get())).count() >= 2);
        }

        boolean mayHaveCommitted() {
            return all().filter(did -> did.preparedIt(COMMITTED)).count() >= 2;
        }
    }

    private final Rules rules;
    private final Set<Slip> slips;
    private final List<String> findings = new ArrayList<>();
    private long newViews;

    StepDownModel(Rules rules, Slip... slips) {
        this.rules = rules;
        this.slips = EnumSet.noneOf(Slip.class);
        Collections.addAll(this.slips, slips);
    }

    /** Looks at all of it; what was found. */
    List<String> findings() {
        for (long number = 1; number <= LAST; number++) {
            for (Did a : everything()) {
                for (Did b : everything()) {
                    for (Did i : ofStepper(number)) {
                        World world = new World(number, a, b, i);
                        if (world.isPossible() && world.mayHaveCommitted()) {
                            look(world);
                        }
                    }
                }
            }
        }
        return findings;
    }

    /** How many NEW-VIEWs were looked at. */
    long newViews() {
        return newViews;
    }

    private static List<Did> everything() {
        return List.of(
                new Did(Optional.empty(), false),
                new Did(Optional.of(COMMITTED), false),
                new Did(Optional.of(COMMITTED), true),
                new Did(Optional.of(OTHER), false),
                new Did(Optional.of(OTHER), true));
    }

    private List<Did> ofStepper(long number) {
        long bound = slips.contains(Slip.VOTES_A_LOG_TOO_EARLY) ? BOUND - LOG : BOUND;
        boolean votes = number > bound || slips.contains(Slip.VOTES_BELOW_THE_BOUND);
        return votes ? everything() : everything().subList(0, 1);
    }

    /** The highest h that the old VIEW-CHANGE can have: a correct replica took it that had not executed the recovery. */
    private long highestOld(long number) {
        boolean far = slips.contains(Slip.KEEPS_WHAT_IS_FAR_AHEAD);
        return far ? number - 1 : Math.min(number - 1, RECOVERED - 1 + LOG);
    }

    private void look(World world) {
        long number = world.number;
        for (long start = Math.max(0, number - LOG); start < number; start++) {
            for (long b = 0; b <= start; b++) {
                Said ofB = world.b.says(1, b, number).holds(start);
                Said ofA = world.a.says(1, start, number);
                for (Said ofZ : anything(start, start, number)) {
                    for (long old = 0; old <= highestOld(number); old++) {
                        for (Said ofI : anything(old, start, number)) {
                            look(world, start, List.of(ofZ, ofA, ofB, ofI));
                        }
                    }
                }
            }
        }
    }

    /** What can be said of a number above h, with every start held. */
    private static List<Said> anything(long stable, long start, long number) {
        Said said = Said.in(1, stable).holds(start);
        return List.of(
                said, said.voted(number, OTHER, 0), said.claimed(number, OTHER, 0), said.prepared(number, OTHER, 0));
    }

    private void look(World world, long start, List<Said> all) {
        for (int left = -1; left < all.size(); left++) {
            List<Said> quorum = new ArrayList<>(all);
            if (left >= 0) {
                quorum.remove(left);
            }
            List<ViewChange> listed = quorum.stream().map(Said::message).toList();
            for (Decision decision : others(world.number, start)) {
                newViews++;
                if (rules.allows(decision, listed)) {
                    allowed(world, decision, listed);
                }
            }
        }
    }

    /** What a NEW-VIEW may hold that does not choose what committed: nothing that far, null or another batch. */
    private static List<Decision> others(long number, long start) {
        int below = (int) (number - start - 1);
        List<Digest> nulls = Collections.nCopies(below, Said.NULL);
        return List.of(
                new Decision(Said.held(start), List.of()),
                new Decision(Said.held(start), and(nulls, Said.NULL)),
                new Decision(Said.held(start), and(nulls, OTHER)));
    }

    private static List<Digest> and(List<Digest> some, Digest last) {
        List<Digest> all = new ArrayList<>(some);
        all.add(last);
        return List.copyOf(all);
    }

    private void allowed(World world, Decision decision, List<ViewChange> listed) {
        String found = "n=" + world.number + ": A " + world.a + ", B " + world.b + ", I " + world.i
                + "; view 1 begins at " + decision.start().seqno() + " with " + decision.batches() + " by " + listed;
        if (!slips.contains(Slip.REFUSES_INSTEAD)) {
            findings.add(found);
        } else if (isUndoneInViewTwo(world, decision)) {
            findings.add(found + "; B alone begins it, and view 2 follows");
        }
    }

    /** B pre-prepares in view 1 what the NEW-VIEW says; Z claims that it was prepared there, with a Q to match. */
    private boolean isUndoneInViewTwo(World world, Decision decision) {
        long number = world.number;
        long start = decision.start().seqno();
        if (decision.batches().size() < number - start) {
            return false;
        }
        Digest batch = decision.batches().get((int) (number - start - 1));
        Said ofB = world.b
                .vote
                .map(v -> Said.in(2, start).voted(number, v, 0))
                .orElse(Said.in(2, start))
                .voted(number, batch, 1);
        Said ofZ = Said.in(2, start).prepared(number, batch, 1);
        return Stream.of(world.a, world.i)
                .map(other -> other.says(2, start, number))
                .anyMatch(other -> rules.allows(decision, Said.messages(ofZ, ofB, other)));
    }
}
