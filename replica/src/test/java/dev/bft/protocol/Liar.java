package dev.bft.protocol;

import dev.bft.wire.ViewChange;
import dev.bft.wire.ViewChange.Entry;
import dev.bft.wire.ViewChange.Held;
import java.util.ArrayList;
import java.util.List;

/** Every VIEW-CHANGE that a faulty replica of {@link SlotModel} can have accepted. */
final class Liar {
    private final int view;
    private final int digests;
    private final List<Held> states;

    /**
     * @param view the view it goes to
     * @param digests the most batches in Q (section 6.4)
     * @param committed the batch that correct replicas may have executed; 0 if there is none
     */
    Liar(int view, int digests, int committed) {
        this.view = view;
        this.digests = digests;
        this.states = committed == 0
                ? List.of(Memory.stateAfter(1))
                : List.of(Memory.stateAfter(committed), Memory.stateAfter(committed % Memory.BATCHES.size() + 1));
    }

    /** All of them. */
    List<ViewChange> everything() {
        List<ViewChange> said = new ArrayList<>(forgotten());
        for (int q = 0; q < power(view + 1, Memory.BATCHES.size()); q++) {
            List<Entry> votes = votes(q);
            if (votes.size() <= digests) {
                prepared(votes).forEach(p -> said.addAll(with(p, votes)));
            }
        }
        return said;
    }

    /**
     * Those among them that can do harm. Q is read by A2 alone, and theirs vouch for whatever anybody claims; C only
     * adds support, and theirs hold what correct replicas may hold.
     */
    List<ViewChange> strongest() {
        List<ViewChange> said = new ArrayList<>(forgotten().subList(0, 1));
        List<Held> held = List.of(Said.held(0), states.get(0));
        List<Entry> any = List.of(entry(0, view - 1), entry(1, view - 1));
        said.add(new ViewChange(view, 0, held, List.of(), any));
        for (int batch = 0; batch < Memory.BATCHES.size(); batch++) {
            List<Entry> votes = List.of(entry(batch, view - 1), entry((batch + 1) % Memory.BATCHES.size(), view - 1));
            for (int u = 0; u < view; u++) {
                said.add(new ViewChange(view, 0, held, List.of(entry(batch, u)), votes));
            }
        }
        return said;
    }

    private static int power(int base, int exponent) {
        return exponent == 0 ? 1 : base * power(base, exponent - 1);
    }

    private List<Entry> votes(int code) {
        List<Entry> votes = new ArrayList<>();
        int rest = code;
        for (int batch = 0; batch < Memory.BATCHES.size(); batch++) {
            int vote = rest % (view + 1);
            rest /= view + 1;
            if (vote > 0) {
                votes.add(entry(batch, vote - 1));
            }
        }
        return votes;
    }

    private static List<List<Entry>> prepared(List<Entry> votes) {
        List<List<Entry>> prepared = new ArrayList<>();
        prepared.add(List.of());
        for (Entry vote : votes) {
            for (long u = 0; u <= vote.view(); u++) {
                prepared.add(List.of(new Entry(vote.seqno(), vote.batch(), u)));
            }
        }
        return prepared;
    }

    /** With h below the seqno: it says that it executed a batch there, or none. */
    private List<ViewChange> with(List<Entry> p, List<Entry> q) {
        List<ViewChange> said = new ArrayList<>();
        said.add(new ViewChange(view, 0, List.of(Said.held(0)), p, q));
        for (Held after : states) {
            said.add(new ViewChange(view, 0, List.of(Said.held(0), after), p, q));
        }
        return said;
    }

    /** With h at the seqno. */
    private List<ViewChange> forgotten() {
        return states.stream()
                .map(after -> new ViewChange(view, Memory.SEQNO, List.of(after), List.of(), List.of()))
                .toList();
    }

    private static Entry entry(int batch, long u) {
        return new Entry(Memory.SEQNO, Memory.BATCHES.get(batch), u);
    }
}
