package dev.bft.sim;

import dev.bft.wire.Batch;
import dev.bft.wire.Body;
import dev.bft.wire.Digest;
import dev.bft.wire.NewView;
import dev.bft.wire.Proposal;
import dev.bft.wire.SignedRequest;
import dev.bft.wire.Status;
import dev.bft.wire.StatusPending;
import dev.bft.wire.ViewChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A replica that claims to have prepared, in view 0, a batch that nobody has. Whoever voted for two batches at that seqno
 * since then vouches for any (6.10), so A1 and A2 hold; a primary must go on without the batch (amendment AG10). As a
 * primary it begins its view with the batch, no backup ever gets it, and it does not say when it leaves.
 *
 * <p>Or a batch that it alone has: one that it heard of, but an hour ahead (amendment RC7). That it gives to all.
 */
final class InventedBatches implements Misdeed {
    private final Insider insider;
    /** What it claims, by view; nothing where it found no such seqno. */
    private final Map<Long, Optional<Claim>> claims = new HashMap<>();

    private record Claim(ViewChange said, Body body, Digest batch) {
        long seqno() {
            return body.seqno();
        }
    }

    private final boolean ofTheFuture;

    InventedBatches(Insider insider, boolean ofTheFuture) {
        this.insider = insider;
        this.ofTheFuture = ofTheFuture;
    }

    @Override
    public List<Outgoing> instead(Outgoing said) {
        if (ofTheFuture && (said.message() instanceof Status || said.message() instanceof StatusPending)) {
            List<Outgoing> all = new ArrayList<>(List.of(said));
            claims.values().forEach(claim -> claim.ifPresent(c -> all.add(said.with(c.body))));
            return all;
        }
        if (said.message() instanceof ViewChange m) {
            if ((m.view() - 1) % insider.plan().replicas() == insider.me()) {
                return List.of();
            }
            return claims.computeIfAbsent(m.view(), v -> claim(m))
                    .map(claim -> List.of(said.with(claim.said)))
                    .orElse(List.of(said));
        }
        if (said.message() instanceof NewView m && m.view() % insider.plan().replicas() == insider.me()) {
            return claims.getOrDefault(m.view(), Optional.empty())
                    .map(claim -> List.of(
                            said.with(SelfServing.begun(insider.me(), m, claim.said, claim.seqno(), claim.batch))))
                    .orElse(List.of(said));
        }
        return List.of(said);
    }

    /** Where it voted for two batches others did as well. */
    private Optional<Claim> claim(ViewChange m) {
        Map<Long, Long> votes = m.prePrepared().stream()
                .collect(Collectors.groupingBy(ViewChange.Entry::seqno, TreeMap::new, Collectors.counting()));
        Optional<Long> contested = votes.keySet().stream()
                .filter(seqno -> votes.getOrDefault(seqno, 0L) > 1)
                .findFirst();
        if (!ofTheFuture) {
            return contested.map(seqno -> claim(
                    m, new Body(seqno, Batch.NULL), Digest.of(insider.rng().bytes(8))));
        }
        Optional<Batch> real = insider.proposals().stream()
                .flatMap(said -> inFull(said.proposal()).stream())
                .reduce((first, second) -> second)
                .map(WrongTimes::ahead);
        return contested.flatMap(seqno -> real.map(batch -> claim(m, new Body(seqno, batch), batch.digest())));
    }

    /** The batch of a proposal that names no request of others. */
    private static Optional<Batch> inFull(Proposal proposal) {
        List<SignedRequest> whole = proposal.entries().stream()
                .filter(SignedRequest.class::isInstance)
                .map(SignedRequest.class::cast)
                .toList();
        boolean all = !whole.isEmpty() && whole.size() == proposal.entries().size();
        return all ? Optional.of(Batch.of(whole, proposal.nondet())) : Optional.empty();
    }

    private static Claim claim(ViewChange m, Body body, Digest batch) {
        long seqno = body.seqno();
        ViewChange.Entry entry = new ViewChange.Entry(seqno, batch, 0);
        return new Claim(
                new ViewChange(
                        m.view(), m.stable(), m.checkpoints(), with(entry, m.prepared()), with(entry, m.prePrepared())),
                body,
                batch);
    }

    private static List<ViewChange.Entry> with(ViewChange.Entry entry, List<ViewChange.Entry> entries) {
        List<ViewChange.Entry> all = new ArrayList<>(entries);
        all.removeIf(e -> e.seqno() == entry.seqno());
        all.add(entry);
        return all;
    }
}
