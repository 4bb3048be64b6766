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

/**
 * A primary that begins its view with a batch that it alone claims to have prepared: all conditions of 6.6 hold but A2.
 * It gives the batch to whoever needs it.
 */
final class SelfServing implements Misdeed {
    private final Insider insider;
    /** What it claims, by view. */
    private final Map<Long, Claim> claims = new HashMap<>();

    private record Claim(ViewChange said, long seqno, Batch batch) {}

    SelfServing(Insider insider) {
        this.insider = insider;
    }

    @Override
    public List<Outgoing> instead(Outgoing said) {
        if (said.message() instanceof ViewChange m && m.view() % insider.plan().replicas() == insider.me()) {
            return List.of(said.with(claims.computeIfAbsent(m.view(), v -> claim(m)).said));
        }
        if (said.message() instanceof NewView m && claims.containsKey(m.view())) {
            Claim claim = claims.getOrDefault(m.view(), new Claim(nothing(m.view()), 0, Batch.NULL));
            return List.of(
                    said.with(begun(insider.me(), m, claim.said, claim.seqno, claim.batch.digest())),
                    said.with(new Body(claim.seqno, claim.batch)));
        }
        return List.of(said);
    }

    @Override
    public List<Outgoing> unprompted() {
        List<Outgoing> all = new ArrayList<>();
        claims.forEach((view, claim) -> all.addAll(insider.toAll(new Body(claim.seqno, claim.batch))));
        return all;
    }

    static ViewChange nothing(long view) {
        return new ViewChange(view, 0, List.of(), List.of(), List.of());
    }

    /** Just above all that it voted for: there nobody prepared anything. */
    private Claim claim(ViewChange m) {
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
        return new Claim(new ViewChange(m.view(), m.stable(), m.checkpoints(), prepared, prePrepared), seqno, batch);
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
