package dev.bft.sim;

import dev.bft.wire.NewView;
import dev.bft.wire.ViewChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A primary that claims, in the VIEW-CHANGE for its own view alone, to have prepared all that it pre-prepared, and begins
 * the view with it. Others pre-prepared the same, so that all conditions of 6.6 hold.
 */
final class ClaimedPrepares implements Misdeed {
    private final Insider insider;
    /** What it claims, by view. */
    private final Map<Long, Claim> claims = new HashMap<>();

    private record Claim(ViewChange said, List<ViewChange.Entry> entries) {}

    ClaimedPrepares(Insider insider) {
        this.insider = insider;
    }

    @Override
    public List<Outgoing> instead(Outgoing said) {
        if (said.message() instanceof ViewChange m && m.view() % insider.plan().replicas() == insider.me()) {
            return List.of(said.with(claims.computeIfAbsent(m.view(), v -> claim(m)).said));
        }
        if (said.message() instanceof NewView m && claims.containsKey(m.view())) {
            Claim claim = claims.getOrDefault(m.view(), new Claim(SelfServing.nothing(m.view()), List.of()));
            NewView begun = m;
            for (ViewChange.Entry entry : claim.entries) {
                begun = SelfServing.begun(insider.me(), begun, claim.said, entry.seqno(), entry.batch());
            }
            return List.of(said.with(begun));
        }
        return List.of(said);
    }

    private static Claim claim(ViewChange m) {
        List<ViewChange.Entry> prepared = new ArrayList<>(m.prepared());
        List<ViewChange.Entry> entries = new ArrayList<>();
        for (ViewChange.Entry q : m.prePrepared()) {
            if (m.prepared().stream().noneMatch(p -> p.seqno() == q.seqno())) {
                prepared.add(q);
                entries.add(q);
            }
        }
        return new Claim(
                new ViewChange(m.view(), m.stable(), m.checkpoints(), prepared, m.prePrepared()), List.copyOf(entries));
    }
}
