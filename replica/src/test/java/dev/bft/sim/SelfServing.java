package dev.bft.sim;

import dev.bft.wire.Batch;
import dev.bft.wire.Body;
import dev.bft.wire.Digest;
import dev.bft.wire.NewView;
import dev.bft.wire.SignedRequest;
import dev.bft.wire.ViewChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A primary that begins its view with what it claims, in the VIEW-CHANGE for that view alone, to have prepared: a batch
 * that nobody else ever saw, so that all conditions of 6.6 hold but A2, or all that it pre-prepared, so that all hold. It
 * gives a batch that nobody has to whoever needs it.
 */
final class SelfServing implements Misdeed {
    private final Insider insider;
    private final Function<ViewChange, Claim> claimer;
    /** What it claims, by view. */
    private final Map<Long, Claim> claims = new HashMap<>();

    /** What it says instead of the truth, what of it is a lie, and the batches that nobody else has. */
    private record Claim(ViewChange said, List<ViewChange.Entry> lies, List<Body> bodies) {}

    private SelfServing(Insider insider, Function<ViewChange, Claim> claimer) {
        this.insider = insider;
        this.claimer = claimer;
    }

    /** One that claims a batch of its own. */
    static SelfServing withItsOwn(Insider insider) {
        return new SelfServing(insider, m -> invented(insider, m));
    }

    /** One that claims what all pre-prepared. */
    static SelfServing withWhatAllHave(Insider insider) {
        return new SelfServing(insider, SelfServing::prePrepared);
    }

    @Override
    public List<Outgoing> instead(Outgoing said) {
        if (said.message() instanceof ViewChange m && m.view() % insider.plan().replicas() == insider.me()) {
            return List.of(said.with(claims.computeIfAbsent(m.view(), v -> claimer.apply(m)).said));
        }
        if (said.message() instanceof NewView m && claims.containsKey(m.view())) {
            Claim claim = claims.getOrDefault(m.view(), new Claim(nothing(m.view()), List.of(), List.of()));
            NewView begun = m;
            for (ViewChange.Entry lie : claim.lies) {
                begun = begun(insider.me(), begun, claim.said, lie.seqno(), lie.batch());
            }
            List<Outgoing> all = new ArrayList<>(List.of(said.with(begun)));
            claim.bodies.forEach(body -> all.add(said.with(body)));
            return all;
        }
        return List.of(said);
    }

    @Override
    public List<Outgoing> unprompted() {
        List<Outgoing> all = new ArrayList<>();
        claims.forEach((view, claim) -> claim.bodies.forEach(body -> all.addAll(insider.toAll(body))));
        return all;
    }

    private static ViewChange nothing(long view) {
        return new ViewChange(view, 0, List.of(), List.of(), List.of());
    }

    /** Just above all that it voted for: there nobody prepared anything. */
    private static Claim invented(Insider insider, ViewChange m) {
        long seqno = m.stable() + 1;
        for (ViewChange.Entry q : m.prePrepared()) {
            seqno = Math.max(seqno, q.seqno() + 1);
        }
        List<SignedRequest> requests =
                insider.requests().isEmpty() ? List.of() : List.of(insider.rng().pick(insider.requests()));
        Batch batch = Batch.of(requests, new byte[] {1});
        ViewChange.Entry entry = new ViewChange.Entry(seqno, batch.digest(), m.view() - 1);
        List<ViewChange.Entry> prepared = new ArrayList<>(m.prepared());
        List<ViewChange.Entry> prePrepared = new ArrayList<>(m.prePrepared());
        prepared.add(entry);
        prePrepared.add(entry);
        return new Claim(
                new ViewChange(m.view(), m.stable(), m.checkpoints(), prepared, prePrepared),
                List.of(entry),
                List.of(new Body(seqno, batch)));
    }

    private static Claim prePrepared(ViewChange m) {
        List<ViewChange.Entry> prepared = new ArrayList<>(m.prepared());
        List<ViewChange.Entry> lies = new ArrayList<>();
        for (ViewChange.Entry q : m.prePrepared()) {
            if (m.prepared().stream().noneMatch(p -> p.seqno() == q.seqno())) {
                prepared.add(q);
                lies.add(q);
            }
        }
        ViewChange said = new ViewChange(m.view(), m.stable(), m.checkpoints(), prepared, m.prePrepared());
        return new Claim(said, List.copyOf(lies), List.of());
    }

    /** A NEW-VIEW that chooses this batch there, on this VIEW-CHANGE of its own. */
    static NewView begun(int me, NewView m, ViewChange own, long seqno, Digest batch) {
        List<NewView.Vouched> listed = new ArrayList<>();
        for (NewView.Vouched vouched : m.viewChanges()) {
            listed.add(vouched.replica() == me ? new NewView.Vouched(me, own.digest(me)) : vouched);
        }
        List<Digest> batches = new ArrayList<>(m.batches());
        while (m.checkpoint() + batches.size() < seqno) {
            batches.add(Batch.NULL.digest());
        }
        long index = seqno - m.checkpoint() - 1;
        if (index >= 0) {
            batches.set((int) index, batch);
        }
        return new NewView(m.view(), listed, m.checkpoint(), m.state(), batches);
    }
}
