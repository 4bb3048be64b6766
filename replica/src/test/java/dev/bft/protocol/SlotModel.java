package dev.bft.protocol;

import dev.bft.protocol.Memory.Bounds;
import dev.bft.protocol.Memory.Mark;
import dev.bft.protocol.SlotState.Replica;
import dev.bft.protocol.SlotState.Votes;
import dev.bft.sim.NewViewOracle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Every outcome of three views at one seqno: n = 4, three correct replicas and a liar, two batches and null, K = 1,
 * L = 2.
 *
 * <p>What a correct replica does in a view depends on earlier views and on messages of this view alone, so views are
 * taken one after the other, and of each its outcome: who voted for what, who of them prepared, who executed and whose
 * checkpoint became stable. Everything that the messages sent allow is an outcome: votes follow a NEW-VIEW that the
 * rules allow on some S, the liar being primary whenever that helps it and telling each replica another one; two
 * correct votes prepare, two prepared commit, and who left early did less. A commit certificate may reach anybody at
 * any time, so that a batch counts as committed as soon as there can be one; nothing undoes it.
 */
final class SlotModel {
    /** What replicas do wrong in a negative control. */
    enum Slip {
        /** Nothing. */
        NONE,
        /** P and Q are not updated on entering a view by the shortcut of 6.7 (AG10). */
        SHORTCUT_FORGETS,
        /** A commit on evidence is recorded in P and Q (AG11). */
        EVIDENCE_IN_P,
        /** P stays when another batch is voted for in a later view (6.10). */
        KEEPS_P
    }

    /** What went wrong, and the views that lead there. */
    record Finding(String what, List<String> trace) {
        @Override
        public String toString() {
            return what + "\n" + String.join("\n", trace);
        }
    }

    /** How a state came about. */
    private record Step(Outcome outcome, List<Mark> marks) {}

    /** What one view does to a state; one replica may enter it by the shortcut. */
    private record Outcome(SlotState from, int view, Votes votes, int late) {
        @Override
        public String toString() {
            return "view " + view + ": " + votes + (late == NOBODY ? "" : ", " + late + " by the shortcut");
        }
    }

    private static final int NOBODY = -1;
    static final int VIEWS = 3;
    static final long PERIOD = 1;
    static final long LOG = 2;
    private static final Step START = new Step(new Outcome(SlotState.START, 0, Votes.ALL.get(0), NOBODY), List.of());
    private static final List<List<Mark>> MARKS = SlotState.marks();

    private final Rules rules;
    private final Bounds bounds;
    private final boolean thorough;
    private final Set<Slip> slips;
    private final List<Map<SlotState, Step>> levels = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    /** By memory, view and what committed. */
    private final Map<List<Integer>, Boolean> wellFormed = new HashMap<>();

    private long outcomes;

    /** A model of the rules that replicas run, with M pairs in Q; the liar says everything. */
    static SlotModel production(int digests) {
        return new SlotModel(Rules.production(4, LOG), digests, true);
    }

    /** The same when replicas do something wrong; the liar says the strongest things. */
    static SlotModel production(int digests, Slip slip) {
        return new SlotModel(Rules.production(4, LOG), digests, false, slip);
    }

    /** A model of the rules of the text with a mistake. */
    static SlotModel mistaken(int digests, NewViewOracle.Mistake mistake) {
        return new SlotModel(Rules.with(4, LOG, mistake), digests, false);
    }

    private SlotModel(Rules rules, int digests, boolean thorough, Slip... slips) {
        this.rules = rules;
        this.thorough = thorough;
        this.slips = EnumSet.noneOf(Slip.class);
        this.slips.addAll(List.of(slips));
        this.bounds = new Bounds(digests, this.slips.contains(Slip.KEEPS_P));
    }

    /** How many states there are before each view and after the last. */
    List<Integer> states() {
        return levels.stream().map(Map::size).toList();
    }

    /** How many outcomes of views lie between them. */
    long outcomes() {
        return outcomes;
    }

    /** Looks at everything; the first thing that is wrong, if there is one. */
    Optional<Finding> explore() {
        levels.add(new LinkedHashMap<>(Map.of(SlotState.START, START)));
        for (int view = 0; view < VIEWS && findings.isEmpty(); view++) {
            SlotDecisions decisions = new SlotDecisions(rules, Math.max(view, 1), bounds.digests(), thorough);
            SlotDecisions strongest = new SlotDecisions(rules, Math.max(view, 1), bounds.digests(), false);
            Set<SlotState> states = levels.get(view).keySet();
            if (view > 0) {
                states.forEach(state -> check(state, decisions));
            }
            if (view > 0 && thorough) {
                states.forEach(state -> compare(state, decisions, strongest));
            }
            levels.add(new LinkedHashMap<>());
            for (SlotState state : states) {
                visit(state, view, decisions);
            }
        }
        SlotDecisions last = new SlotDecisions(rules, VIEWS, bounds.digests(), false);
        for (SlotState state : levels.get(levels.size() - 1).keySet()) {
            check(state, last);
        }
        return findings.stream().findFirst();
    }

    /** After the last view the liar says the strongest things only; here it is seen that this is no less. */
    private void compare(SlotState state, SlotDecisions everything, SlotDecisions strongest) {
        if (!findings.isEmpty()) {
            return;
        }
        int all = everything.allowed(state.memories(), state.committed());
        if (all != strongest.allowed(state.memories(), state.committed())) {
            report("the liar has something stronger to say", state);
        }
    }

    private void visit(SlotState state, int view, SlotDecisions decisions) {
        if (!findings.isEmpty()) {
            return;
        }
        int allowed = 1 << SlotDecisions.FREE;
        if (view > 0) {
            allowed = decisions.allowed(state.memories(), state.committed());
        }
        for (Votes votes : Votes.ALL) {
            if (mayVote(state, votes, allowed)) {
                leave(new Outcome(state, view, votes, NOBODY));
            }
        }
        for (int late = 0; late < 3 && view > 0 && slips.contains(Slip.SHORTCUT_FORGETS); late++) {
            List<Integer> two = new ArrayList<>(state.memories());
            two.remove(late);
            int without = decisions.allowed(two, state.committed());
            for (Votes votes : Votes.ALL) {
                if (isFollower(votes, late) && mayVote(state, votes, without)) {
                    leave(new Outcome(state, view, votes, late));
                }
            }
        }
    }

    /** Whether a replica votes, by the shortcut, as another one that is active. */
    private static boolean isFollower(Votes votes, int late) {
        int batch = votes.batches().get(late);
        return batch != 0 && votes.batches().stream().filter(b -> b == batch).count() >= 2;
    }

    /** Who forgot the seqno does not vote; who committed votes for no other batch (AG11). */
    private static boolean mayVote(SlotState state, Votes votes, int allowed) {
        for (int i = 0; i < 3; i++) {
            int batch = votes.batches().get(i);
            Mark mark = Memory.of(state.replicas().get(i).now()).mark();
            boolean named = batch == 0 || (allowed & (1 << SlotDecisions.FREE | 1 << (batch - 1))) != 0;
            boolean free = mark == Mark.NONE || (mark == Mark.EXECUTED && batch == state.committed());
            if (!named || (batch != 0 && !free)) {
                return false;
            }
        }
        return true;
    }

    /** What NEW-VIEWs may say must respect what committed, and the primary must come to a decision. */
    private void check(SlotState state, SlotDecisions decisions) {
        if (!findings.isEmpty()) {
            return;
        }
        int allowed = decisions.allowed(state.memories(), state.committed());
        int wrong = allowed & ~SlotDecisions.respecting(state.committed());
        if (wrong != 0) {
            report("NEW-VIEW may say " + SlotDecisions.named(wrong), state);
        }
        decisions.fault(state.memories(), state.committed()).ifPresent(fault -> report(fault, state));
    }

    /** Every replica leaves the view, each having executed or not. */
    private void leave(Outcome outcome) {
        int now = outcome.votes.committed();
        int committed = outcome.from.committed() == 0 ? now : outcome.from.committed();
        if (now != 0 && now != committed && findings.isEmpty()) {
            report("two batches commit: " + outcome.votes, outcome.from);
        }
        for (List<Mark> marks : MARKS) {
            if (mayExecute(outcome, marks, committed)) {
                reach(outcome, marks, committed);
            }
        }
    }

    private static boolean mayExecute(Outcome outcome, List<Mark> marks, int committed) {
        for (int i = 0; i < 3; i++) {
            Mark before = Memory.of(outcome.from.replicas().get(i).now()).mark();
            if (marks.get(i).compareTo(before) < 0 || (committed == 0 && marks.get(i) != Mark.NONE)) {
                return false;
            }
        }
        return true;
    }

    private void reach(Outcome outcome, List<Mark> marks, int committed) {
        outcomes++;
        List<Replica> replicas = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Memory after = after(outcome, i, marks.get(i), committed);
            // Who did not vote may not have left for this view yet; its VIEW-CHANGE must be well-formed all the same.
            int to = outcome.votes.batches().get(i) == 0 && outcome.view > 0 ? outcome.view : outcome.view + 1;
            if (findings.isEmpty() && !isWellFormed(after, to, committed)) {
                report("ill-formed: " + after + " for view " + to, outcome.from);
            }
            int before = slips.contains(Slip.SHORTCUT_FORGETS)
                    ? outcome.from.replicas().get(i).now()
                    : 0;
            replicas.add(new Replica(after.code(), before));
        }
        SlotState reached = new SlotState(replicas, committed).canonical();
        levels.get(outcome.view + 1).putIfAbsent(reached, new Step(outcome, marks));
    }

    private Memory after(Outcome outcome, int i, Mark mark, int committed) {
        Replica replica = outcome.from.replicas().get(i);
        Memory memory = Memory.of(i == outcome.late ? replica.before() : replica.now());
        int vote = outcome.votes.batches().get(i);
        boolean prepared = outcome.votes.prepared().get(i);
        if (slips.contains(Slip.EVIDENCE_IN_P) && mark != Mark.NONE && memory.mark() == Mark.NONE && vote == 0) {
            return memory.leaving(new Memory.Ballot(outcome.view, committed, true), bounds)
                    .at(mark);
        }
        return memory.leaving(new Memory.Ballot(outcome.view, vote, prepared), bounds)
                .at(mark);
    }

    private boolean isWellFormed(Memory memory, int to, int committed) {
        return wellFormed.computeIfAbsent(
                List.of(memory.code(), to, committed),
                key -> new Claims(memory.message(to, committed)).isWellFormed(PERIOD, LOG, bounds.digests()));
    }

    private void report(String what, SlotState at) {
        List<String> trace = new ArrayList<>();
        SlotState state = at;
        int level = levels.size() - 1;
        while (level > 0 && !levels.get(level).containsKey(state)) {
            level--;
        }
        for (; level > 0; level--) {
            Step step = levels.get(level).getOrDefault(state, START);
            trace.add(step.outcome + " " + step.marks + " -> " + state);
            state = step.outcome.from;
        }
        Collections.reverse(trace);
        findings.add(new Finding(what, trace));
    }
}
