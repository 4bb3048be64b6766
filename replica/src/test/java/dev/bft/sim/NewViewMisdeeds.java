package dev.bft.sim;

import dev.bft.wire.Batch;
import dev.bft.wire.Digest;
import dev.bft.wire.ForwardedViewChange;
import dev.bft.wire.NewView;
import dev.bft.wire.ViewChange;
import dev.bft.wire.ViewChangeAck;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a faulty replica does with the beginning of a view: its own as a primary, or another's. */
final class NewViewMisdeeds implements Misdeed {
    private static final double OFTEN = 0.4;

    private final Behaviour behaviour;
    private final Insider insider;
    private final Map<Digest, NewView> lies = new HashMap<>();

    NewViewMisdeeds(Behaviour behaviour, Insider insider) {
        this.behaviour = behaviour;
        this.insider = insider;
    }

    @Override
    public List<Outgoing> instead(Outgoing said) {
        if (behaviour == Behaviour.FALSE_ACKS
                && said.message() instanceof ViewChangeAck m
                && insider.rng().chance(OFTEN)) {
            return List.of(said.with(new ViewChangeAck(m.view(), m.replica(), insider.someDigest())));
        }
        if (behaviour == Behaviour.FORGED_VIEW_CHANGES && said.message() instanceof NewView m) {
            return forged(said, m);
        }
        if (said.message() instanceof NewView m && isLie(m, said.to())) {
            return List.of(said.with(lies.computeIfAbsent(m.digest(), d -> lie(m))));
        }
        return List.of(said);
    }

    private boolean isLie(NewView m, int to) {
        return behaviour == Behaviour.WRONG_NEW_VIEWS
                || (behaviour == Behaviour.TWO_NEW_VIEWS && insider.isVictim(behaviour, m.view(), to));
    }

    @Override
    public List<Outgoing> unprompted() {
        if (behaviour == Behaviour.INVENTED_NEW_VIEWS && !insider.newViews().isEmpty()) {
            NewView old = insider.rng().pick(insider.newViews());
            long view = old.view() + insider.rng().below(3);
            NewView made = new NewView(view, old.viewChanges(), old.checkpoint(), old.state(), old.batches());
            return insider.toAll(insider.rng().chance(0.5) ? made : lie(made));
        }
        if (behaviour == Behaviour.FALSE_ACKS && !insider.viewChanges().isEmpty()) {
            ViewChange m = insider.rng().pick(insider.viewChanges());
            int replica = insider.rng().below(insider.plan().replicas());
            return insider.toAll(new ViewChangeAck(m.view(), replica, m.digest(replica)));
        }
        return List.of();
    }

    /** A NEW-VIEW that follows from VIEW-CHANGEs in which the others prepared nothing, and those VIEW-CHANGEs. */
    private List<Outgoing> forged(Outgoing said, NewView m) {
        List<NewView.Vouched> listed = new ArrayList<>();
        List<Outgoing> all = new ArrayList<>();
        for (NewView.Vouched vouched : m.viewChanges()) {
            ViewChange made = new ViewChange(
                    m.view(),
                    m.checkpoint(),
                    List.of(new ViewChange.Held(m.checkpoint(), m.state())),
                    List.of(),
                    List.of());
            boolean own = vouched.replica() == said.to();
            listed.add(own ? vouched : new NewView.Vouched(vouched.replica(), made.digest(vouched.replica())));
            all.add(said.with(new ForwardedViewChange(vouched.replica(), made)));
        }
        NewView lie = new NewView(m.view(), listed, m.checkpoint(), m.state(), List.of());
        all.add(0, said.with(lie));
        return all;
    }

    private NewView lie(NewView m) {
        List<Digest> batches = new ArrayList<>(m.batches());
        long checkpoint = m.checkpoint();
        switch (insider.rng().below(5)) {
            case 0 -> batches.replaceAll(d -> Batch.NULL.digest());
            case 1 -> batches.add(insider.someDigest());
            case 2 -> batches.clear();
            case 3 -> checkpoint += insider.plan().tunables().checkpointPeriod();
            default -> {
                if (batches.isEmpty()) {
                    batches.add(insider.someDigest());
                } else {
                    batches.set(insider.rng().below(batches.size()), insider.someDigest());
                }
            }
        }
        return new NewView(m.view(), m.viewChanges(), checkpoint, m.state(), batches);
    }
}
