package dev.bft.protocol;

import dev.bft.sim.NewViewOracle.Decision;
import dev.bft.wire.Digest;
import dev.bft.wire.ViewChange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a NEW-VIEW may say of the seqno of {@link SlotModel}, over all sets S and all that the liar may say. */
final class SlotDecisions {
    /** Bits 0 to 2: a batch; bit 3: free for any; bits 4 to 6: executed, with the state of a batch. */
    static final int FREE = 3;

    static final int EXECUTED = 4;
    static final int ALL = 7;
    private static final List<Decision> DECISIONS = decisions();

    private final Rules rules;
    private final int view;
    private final int digests;
    private final boolean everything;
    private final Map<List<Integer>, Integer> known = new HashMap<>();
    private final Map<Integer, List<ViewChange>> lies = new HashMap<>();

    /** For one view; the liar says everything that is well-formed, or only what may do harm. */
    SlotDecisions(Rules rules, int view, int digests, boolean everything) {
        this.rules = rules;
        this.view = view;
        this.digests = digests;
        this.everything = everything;
    }

    private static List<Decision> decisions() {
        List<Decision> decisions = new ArrayList<>();
        Memory.BATCHES.forEach(batch -> decisions.add(new Decision(Said.held(0), List.of(batch))));
        decisions.add(new Decision(Said.held(0), List.of()));
        for (int batch = 1; batch <= Memory.BATCHES.size(); batch++) {
            decisions.add(new Decision(Memory.stateAfter(batch), List.of()));
        }
        return decisions;
    }

    private List<ViewChange> lies(int committed) {
        return lies.computeIfAbsent(committed, c -> {
            Liar liar = new Liar(view, digests, c);
            return everything ? liar.everything() : liar.strongest();
        });
    }

    /** The bits of all decisions on any S that holds the messages of 2f+1 replicas, of these correct ones and the liar. */
    int allowed(List<Integer> correct, int committed) {
        List<Integer> key = new ArrayList<>(correct);
        key.add(committed);
        if (known.containsKey(key)) {
            return known.getOrDefault(key, 0);
        }
        int bits = 0;
        for (int i = 0; i < correct.size() && correct.size() == 3; i++) {
            List<Integer> two = new ArrayList<>(correct);
            two.remove(i);
            bits |= allowed(two, committed);
        }
        bits = correct.size() == 3 ? allowedOn(messages(correct, committed), bits) : bits;
        List<ViewChange> honest = messages(correct, committed);
        for (ViewChange lie : lies(committed)) {
            bits = allowedOn(with(honest, lie), bits);
        }
        known.put(List.copyOf(key), bits);
        return bits;
    }

    private static List<ViewChange> with(List<ViewChange> honest, ViewChange lie) {
        List<ViewChange> all = new ArrayList<>(honest);
        all.add(lie);
        return all;
    }

    private int allowedOn(List<ViewChange> s, int already) {
        int bits = already;
        for (int i = 0; i < ALL; i++) {
            bits |= (bits >> i & 1) == 0 && rules.allows(DECISIONS.get(i), s) ? 1 << i : 0;
        }
        return bits;
    }

    List<ViewChange> messages(List<Integer> correct, int committed) {
        List<ViewChange> said = new ArrayList<>();
        correct.forEach(code -> said.add(Memory.of(code).message(view, committed)));
        return said;
    }

    /**
     * What is wrong with the primary's decision when the messages of all correct replicas are there: it must come,
     * whatever the liar adds and although invented batches do not exist, and backups must accept it.
     */
    Optional<String> fault(List<Integer> correct, int committed) {
        List<Digest> real = new ArrayList<>();
        for (int code : correct) {
            for (int batch = 0; batch < Memory.BATCHES.size(); batch++) {
                if (Memory.of(code).votes().get(batch) > 0) {
                    real.add(Memory.BATCHES.get(batch));
                }
            }
        }
        List<ViewChange> s = messages(correct, committed);
        Optional<String> fault = fault(s, real);
        for (ViewChange lie : lies(committed)) {
            if (fault.isEmpty()) {
                fault = fault(with(s, lie), real);
            }
        }
        return fault;
    }

    private Optional<String> fault(List<ViewChange> s, List<Digest> real) {
        Optional<Decision> chosen = rules.decide(s, (seqno, batch) -> true);
        if (chosen.isPresent() && !real.containsAll(chosen.get().batches())) {
            chosen = rules.decide(s, (seqno, batch) -> real.contains(batch));
        }
        if (chosen.isEmpty()) {
            return Optional.of("stuck on " + s);
        }
        return rules.allows(chosen.get(), s)
                ? Optional.empty()
                : Optional.of("chosen and refused: " + chosen.get() + " on " + s);
    }

    /** The bits that are safe once a batch committed. */
    static int respecting(int committed) {
        return committed == 0 ? (1 << EXECUTED) - 1 : 1 << (committed - 1) | 1 << (EXECUTED + committed - 1);
    }

    static List<String> named(int bits) {
        List<String> names = new ArrayList<>();
        List<String> all = List.of("a", "b", "null", "free", "executed a", "executed b", "executed null");
        for (int i = 0; i < ALL; i++) {
            names.addAll((bits >> i & 1) == 1 ? List.of(all.get(i)) : Collections.emptyList());
        }
        return names;
    }
}
