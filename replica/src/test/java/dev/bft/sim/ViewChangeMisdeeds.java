package dev.bft.sim;

import dev.bft.wire.Digest;
import dev.bft.wire.ViewChange;
import dev.bft.wire.ViewChangeAck;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a faulty replica does with its VIEW-CHANGEs. All of its lies are well-formed: others are dropped anyway. */
final class ViewChangeMisdeeds implements Misdeed {
    private static final long ENORMOUS = 1L << 40;
    private static final int FALSE_ENTRIES = 4;

    private final Behaviour behaviour;
    private final Insider insider;
    /** What it said instead, by view: the same to everybody. */
    private final Map<Long, ViewChange> lies = new HashMap<>();

    ViewChangeMisdeeds(Behaviour behaviour, Insider insider) {
        this.behaviour = behaviour;
        this.insider = insider;
    }

    @Override
    public List<Outgoing> instead(Outgoing said) {
        if (said.message() instanceof ViewChangeAck m) {
            boolean kept = behaviour == Behaviour.SELECTIVE_VIEW_CHANGES && isVictim(m.view(), said.to());
            return kept ? List.of() : List.of(said);
        }
        if (!(said.message() instanceof ViewChange m)) {
            return List.of(said);
        }
        return switch (behaviour) {
            case FALSE_P, OMITTED_P, FALSE_CHECKPOINTS ->
                List.of(said.with(lies.computeIfAbsent(m.view(), v -> lie(m))));
            case TWO_VIEW_CHANGES ->
                List.of(isVictim(m.view(), said.to()) ? said.with(lies.computeIfAbsent(m.view(), v -> lie(m))) : said);
            case SELECTIVE_VIEW_CHANGES -> isVictim(m.view(), said.to()) ? List.of() : List.of(said);
            default -> List.of(said);
        };
    }

    private boolean isVictim(long view, int replica) {
        return insider.isVictim(behaviour, view, replica);
    }

    @Override
    public List<Outgoing> unprompted() {
        if (behaviour == Behaviour.ENORMOUS_VIEWS) {
            long view = ENORMOUS + insider.rng().below(1 << 20);
            return insider.toAll(new ViewChange(view, 0, List.of(), List.of(), List.of()));
        }
        if (behaviour == Behaviour.HASTY_VIEW_CHANGES) {
            long view = insider.view() + 1 + insider.rng().below(3);
            return insider.toAll(lies.computeIfAbsent(view, this::invented));
        }
        return List.of();
    }

    private ViewChange invented(long view) {
        long period = insider.plan().tunables().checkpointPeriod();
        long stable = insider.seqno() / period * period;
        return new ViewChange(view, stable, List.of(), List.of(), List.of());
    }

    private ViewChange lie(ViewChange m) {
        boolean any = behaviour == Behaviour.TWO_VIEW_CHANGES;
        if (behaviour == Behaviour.OMITTED_P || (any && insider.rng().chance(0.5))) {
            return new ViewChange(m.view(), m.stable(), m.checkpoints(), List.of(), m.prePrepared());
        }
        return behaviour == Behaviour.FALSE_CHECKPOINTS ? falseCheckpoints(m) : falseP(m);
    }

    private ViewChange falseP(ViewChange m) {
        List<ViewChange.Entry> prepared = new ArrayList<>(m.prepared());
        List<ViewChange.Entry> prePrepared = new ArrayList<>(m.prePrepared());
        for (int i = 0; i < FALSE_ENTRIES; i++) {
            long seqno = seqno(m);
            long view = insider.rng().chance(0.5) ? m.view() - 1 : insider.rng().between(0, m.view() - 1);
            ViewChange.Entry entry = new ViewChange.Entry(seqno, digest(m, seqno), view);
            prepared.removeIf(e -> e.seqno() == seqno);
            prePrepared.removeIf(e -> e.seqno() == seqno);
            prepared.add(entry);
            prePrepared.add(entry);
        }
        return new ViewChange(m.view(), m.stable(), m.checkpoints(), prepared, prePrepared);
    }

    /** Somewhere in its window: where others have something too, or just above, or far. */
    private long seqno(ViewChange m) {
        long log = insider.plan().tunables().logSize();
        long most =
                insider.rng().chance(0.7) ? Math.min(log, 2 + m.prePrepared().size()) : log;
        return m.stable() + insider.rng().between(1, most);
    }

    /** What others may have, in a view in which they have not; or an invention. */
    private Digest digest(ViewChange m, long seqno) {
        for (ViewChange.Entry entry : m.prePrepared()) {
            if (entry.seqno() == seqno && insider.rng().chance(0.3)) {
                return entry.batch();
            }
        }
        return insider.someDigest();
    }

    private ViewChange falseCheckpoints(ViewChange m) {
        long period = insider.plan().tunables().checkpointPeriod();
        long ahead = period * insider.rng().between(0, insider.plan().tunables().logSize() / period);
        List<ViewChange.Held> held = new ArrayList<>(m.checkpoints());
        held.add(new ViewChange.Held(m.stable() + ahead, insider.someDigest()));
        if (insider.rng().chance(0.5)) {
            return new ViewChange(m.view(), m.stable(), held, m.prepared(), m.prePrepared());
        }
        held.removeIf(h -> h.seqno() < m.stable() + ahead);
        return new ViewChange(m.view(), m.stable() + ahead, held, List.of(), List.of());
    }
}
