package dev.bft.sim;

import dev.bft.wire.Batch;
import dev.bft.wire.Digest;
import dev.bft.wire.ForwardedViewChange;
import dev.bft.wire.Limits;
import dev.bft.wire.NewView;
import dev.bft.wire.ViewChange;
import dev.bft.wire.ViewChangeAck;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

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
            return List.of(said.with(lies.computeIfAbsent(m.digest(), d -> otherThan(m))));
        }
        return List.of(said);
    }

    private NewView otherThan(NewView m) {
        return behaviour == Behaviour.TWO_NEW_VIEWS ? second(m).orElseGet(() -> lie(m)) : lie(m);
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

    /**
     * Another NEW-VIEW that is as good, if there is one: decided on one VIEW-CHANGE less, with one more null batch at the
     * end, or with one less. Backups insist neither on all VIEW-CHANGEs nor on the shortest end (section 6.7).
     */
    private Optional<NewView> second(NewView m) {
        Map<Integer, ViewChange> listed = listed(m);
        List<NewView> others = new ArrayList<>();
        for (NewView.Vouched vouched : m.viewChanges()) {
            TreeMap<Integer, ViewChange> fewer = new TreeMap<>(listed);
            fewer.remove(vouched.replica());
            new NewViewOracle(insider.plan().replicas(), logSize())
                    .decide(
                            fewer.values(),
                            (seqno, batch) ->
                                    m.chooses(seqno) && m.batchAt(seqno).equals(batch))
                    .ifPresent(d -> others.add(new NewView(
                            m.view(),
                            m.viewChanges().stream()
                                    .filter(v -> !v.equals(vouched))
                                    .toList(),
                            d.start().seqno(),
                            d.start().state(),
                            d.batches())));
        }
        List<Digest> longer = new ArrayList<>(m.batches());
        longer.add(Batch.NULL.digest());
        others.add(new NewView(m.view(), m.viewChanges(), m.checkpoint(), m.state(), longer));
        if (!m.batches().isEmpty()) {
            List<Digest> shorter = m.batches().subList(0, m.batches().size() - 1);
            others.add(new NewView(m.view(), m.viewChanges(), m.checkpoint(), m.state(), List.copyOf(shorter)));
        }
        List<NewView> valid = others.stream()
                .filter(other -> NewViewOracle.isValid(insider.plan().replicas(), logSize(), other, listed))
                .toList();
        return valid.isEmpty() ? Optional.empty() : Optional.of(insider.rng().pick(valid));
    }

    /** The VIEW-CHANGEs that a NEW-VIEW lists, as far as it heard them. */
    private Map<Integer, ViewChange> listed(NewView m) {
        Map<Integer, ViewChange> listed = new HashMap<>();
        for (NewView.Vouched vouched : m.viewChanges()) {
            insider.viewChanges().stream()
                    .filter(said -> said.digest(vouched.replica()).equals(vouched.viewChange()))
                    .findFirst()
                    .ifPresent(said -> listed.put(vouched.replica(), said));
        }
        return listed;
    }

    private long logSize() {
        return insider.plan().tunables().logSize();
    }

    private NewView lie(NewView m) {
        List<Digest> batches = new ArrayList<>(m.batches());
        List<NewView.Vouched> listed = new ArrayList<>(m.viewChanges());
        long checkpoint = m.checkpoint();
        switch (insider.rng().below(7)) {
            case 0 -> batches.replaceAll(d -> Batch.NULL.digest());
            case 1 -> batches.add(insider.someDigest());
            case 2 -> batches.clear();
            case 3 -> checkpoint += insider.plan().tunables().checkpointPeriod();
            case 4 ->
                listed.add(new NewView.Vouched(
                        (int) insider.rng().between(insider.plan().replicas(), Limits.REPLICAS - 1),
                        insider.someDigest()));
            case 5 -> listed.remove(insider.rng().below(listed.size()));
            default -> {
                if (batches.isEmpty()) {
                    batches.add(insider.someDigest());
                } else {
                    batches.set(insider.rng().below(batches.size()), insider.someDigest());
                }
            }
        }
        return new NewView(m.view(), listed, checkpoint, m.state(), batches);
    }
}
