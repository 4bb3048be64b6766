package dev.bft.protocol;

import dev.bft.wire.Batch;
import dev.bft.wire.Body;
import dev.bft.wire.Digest;
import dev.bft.wire.ForwardedViewChange;
import dev.bft.wire.Limits;
import dev.bft.wire.NewView;
import dev.bft.wire.StatusPending.Missing;
import dev.bft.wire.ViewChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How the view that is waited for gets its NEW-VIEW: its primary makes it (section 6.6), a backup checks it, or f+1
 * replicas that are active in it tell (section 6.7, amendment AG10).
 */
final class NewViews {
    /** What a NEW-VIEW turned out to be. */
    enum Check {
        /** Something to check it with is missing. */
        WAITING,
        VALID,
        INVALID
    }

    private final Node node;
    private final Log log;
    private final ViewChanges said;
    private final Authenticity authenticity;
    private final Nondet nondet;
    private final NewViewDecision decision;
    /** At the new primary: S. What entered stays. */
    private final TreeMap<Integer, ViewChange> collected = new TreeMap<>();
    /** Batches that were asked for, by seqno and digest. */
    private final TreeMap<Long, TreeMap<Digest, Batch>> fetched = new TreeMap<>();
    /** What each replica says it is active with, the last. */
    private final TreeMap<Integer, NewView> claims = new TreeMap<>();

    /** The VIEW-CHANGEs that the NEW-VIEW follows from, by seqno: what was collected or, at a backup, what is listed. */
    private List<Claims> judged = List.of();

    private List<Missing> missing = List.of();
    /** What primaries sent, by view: for the present view, and of each for the highest of its later ones. */
    private final TreeMap<Long, NewView> proposed = new TreeMap<>();

    private Optional<NewView> accepted = Optional.empty();

    NewViews(Node node, Log log, ViewChanges said, Authenticity authenticity, Nondet nondet) {
        this.node = node;
        this.log = log;
        this.said = said;
        this.authenticity = authenticity;
        this.nondet = nondet;
        this.decision = new NewViewDecision(node.quorums, node.settings.logSize());
    }

    /** The NEW-VIEW that the present view has, or will begin with once all is here. */
    Optional<NewView> accepted() {
        return accepted;
    }

    /** The NEW-VIEW that its primary sent for the present view, accepted or not. */
    Optional<NewView> atHand() {
        return accepted.or(() -> Optional.ofNullable(proposed.get(node.view())));
    }

    /** Whether the NEW-VIEW of the present view chose what stands at this seqno. */
    boolean chose(long seqno) {
        return accepted.filter(nv -> nv.chooses(seqno)).isPresent();
    }

    /** Whether the NEW-VIEW of the present view chose another batch for this seqno. */
    boolean contradicts(long seqno, Digest batch) {
        return accepted.filter(nv -> nv.chooses(seqno) && !nv.batchAt(seqno).equals(batch))
                .isPresent();
    }

    /**
     * A seqno at which another batch committed than the NEW-VIEW of the present view chose. Not in an earlier view,
     * while no more than f replicas are faulty (6.10): that is amendment AG11's alarm and stop. But a straggler may
     * learn of a fact of a later view while the NEW-VIEW of the one that it waits for is still under way: then that view
     * is over, and nobody did wrong.
     */
    Optional<Long> overruled() {
        for (Slot slot : log.slots()) {
            Optional<Batch> fact = slot.committed().filter(batch -> contradicts(slot.seqno, batch.digest()));
            if (fact.isPresent()) {
                boolean before = slot.committedBefore(node.view(), node.quorums);
                if (before) {
                    node.out.report(new Fact.Alarm("NEW-VIEW " + node.view() + " chooses another batch than committed"
                            + " before it at seqno " + slot.seqno + ": more than f replicas are faulty"));
                }
                Invariant.check(!before, "a view change keeps what committed");
                return Optional.of(slot.seqno);
            }
        }
        return Optional.empty();
    }

    void accept(NewView newView) {
        accepted = Optional.of(newView);
        missing = List.of();
    }

    /** Another view is waited for. */
    void reset() {
        collected.clear();
        fetched.clear();
        judged = List.of();
        missing = List.of();
        accepted = Optional.empty();
        claims.values().removeIf(claim -> claim.view() < node.view());
        proposed.headMap(node.view(), false).clear();
    }

    /** Nothing that was read of views is to be trusted. */
    void forgetAll() {
        accepted = Optional.empty();
        judged = List.of();
        missing = List.of();
    }

    /** New keys for all: what is not accepted is to be said again (2.4). */
    void forgetIncomplete() {
        collected.clear();
        claims.clear();
        proposed.clear();
    }

    /** A new key for one replica. */
    void forgetIncompleteOf(int sender) {
        collected.remove(sender);
        claims.remove(sender);
        proposed.keySet().removeIf(view -> node.primaryOf(view) == sender);
    }

    /** S and the digests of S, if it is enough for a decision: the new primary's NEW-VIEW. */
    Optional<NewView> decide() {
        collect();
        if (collected.size() < node.quorums.strong()) {
            return Optional.empty();
        }
        judged = Claims.of(collected.values());
        NewViewDecision.Attempt attempt = decision.decide(collected.values(), this::isUsable);
        missing = attempt.missing().stream().limit(Limits.MISSING).toList();
        return attempt.chosen().map(chosen -> {
            List<NewView.Vouched> v = new ArrayList<>();
            collected.forEach((replica, m) -> v.add(new NewView.Vouched(replica, m.digest(replica))));
            return new NewView(node.view(), v, chosen.checkpoint(), chosen.state(), chosen.batches());
        });
    }

    /** A VIEW-CHANGE enters S with 2f-1 acknowledgements beside its sender's and my own word. */
    private void collect() {
        for (int i = 0; i < node.replicas(); i++) {
            int sender = i;
            said.of(sender, node.view())
                    .filter(s -> isWithinReach(s.message()) && (sender == node.me() || isAcknowledged(sender, s)))
                    .ifPresent(s -> collected.putIfAbsent(sender, s.message()));
        }
    }

    private boolean isAcknowledged(int sender, ViewChanges.Said held) {
        return said.acks(sender, held, node.primary()) >= node.quorums.prepares() - 1;
    }

    /** Whether the new primary needs nothing more of a replica's VIEW-CHANGE. */
    boolean hasCollected(int sender) {
        return collected.containsKey(sender);
    }

    /** Whether a VIEW-CHANGE is not so far ahead that I could not judge it (amendment RC4). */
    boolean isWithinReach(ViewChange m) {
        return m.stable() <= log.high();
    }

    /** A3: the batch is here, its requests are known to be their clients', and its time is not ahead (amendment RC7). */
    private boolean isUsable(long seqno, Digest digest) {
        Optional<Batch> body = body(seqno, digest);
        if (body.isEmpty()) {
            return false;
        }
        return isVouchedFor(seqno, digest)
                || log.history().votedFor(seqno, digest)
                || (nondet.isUsable(body.get()) && authenticity.verifies(body.get(), seqno == log.executed() + 1));
    }

    /** Whether f+1 of the VIEW-CHANGEs behind the present view pre-prepared a batch, one of them correct (6.8). */
    boolean isVouchedFor(long seqno, Digest digest) {
        long vouchers = judged.stream()
                .filter(m ->
                        m.prePrepared(seqno).stream().anyMatch(q -> q.batch().equals(digest)))
                .count();
        return vouchers >= node.quorums.weak();
    }

    /** The body of a batch, from the log or fetched for this view. */
    Optional<Batch> body(long seqno, Digest digest) {
        return log.body(seqno, digest)
                .or(() -> Optional.ofNullable(fetched.get(seqno)).map(m -> m.get(digest)));
    }

    /** A body that somebody sent; false unless it was asked for. */
    boolean onBody(Body m) {
        Missing wanted = new Missing(m.seqno(), m.batch().digest());
        if (!missing.contains(wanted)) {
            return false;
        }
        fetched.computeIfAbsent(m.seqno(), n -> new TreeMap<>()).put(wanted.batch(), m.batch());
        return true;
    }

    /** The batches still needed. */
    List<Missing> missing() {
        return missing.stream()
                .filter(m -> body(m.seqno(), m.batch()).isEmpty())
                .toList();
    }

    /** The batches that a NEW-VIEW chose above h, as far as they are here. */
    SortedMap<Long, Batch> batches(NewView newView) {
        TreeMap<Long, Batch> chosen = new TreeMap<>();
        long first = Math.max(log.stable(), newView.checkpoint()) + 1;
        for (long seqno = first; seqno < newView.end(); seqno++) {
            long at = seqno;
            body(at, newView.batchAt(at)).ifPresent(batch -> chosen.put(at, batch));
        }
        return chosen;
    }

    /** What the accepted NEW-VIEW chose above h and is not here; asked for from now on. */
    boolean lacksBodies(NewView newView) {
        List<Missing> lacking = new ArrayList<>();
        for (long seqno = log.stable() + 1; seqno < newView.end(); seqno++) {
            Digest batch = newView.batchAt(seqno);
            if (body(seqno, batch).isEmpty() && lacking.size() < Limits.MISSING) {
                lacking.add(new Missing(seqno, batch));
            }
        }
        missing = lacking;
        return !lacking.isEmpty();
    }

    /** Whether a NEW-VIEW speaks of this cluster's replicas and of a log no longer than it has. */
    boolean isWellFormed(NewView m) {
        return m.view() > 0
                && m.batches().size() <= node.settings.logSize()
                && m.viewChanges().stream().allMatch(v -> v.replica() < node.replicas());
    }

    /** A NEW-VIEW of the primary of its view; false if it says nothing new. */
    boolean onProposed(NewView m) {
        Optional<NewView> held = m.view() == node.view() ? atHand() : Optional.ofNullable(proposed.get(m.view()));
        if (held.isPresent()) {
            if (!held.get().equals(m)) {
                node.out.report(new Fact.Alarm("the primary of view " + m.view() + " sent two NEW-VIEWs"));
            }
            return node.out.drop(Drop.DUPLICATE);
        }
        proposed.put(m.view(), m);
        int primary = node.primaryOf(m.view());
        long highest = proposed.keySet().stream()
                .filter(view -> node.primaryOf(view) == primary)
                .reduce(0L, Math::max);
        proposed.keySet().removeIf(view -> view != node.view() && view != highest && node.primaryOf(view) == primary);
        return true;
    }

    /** A replica says that it is active with this; true if f+1 now say the same, one of them correct. */
    boolean onClaim(int sender, NewView m) {
        claims.put(sender, m);
        return claims.values().stream().filter(m::equals).count() >= node.quorums.weak();
    }

    /** A VIEW-CHANGE passed on by anybody: taken if the NEW-VIEW at hand lists it. */
    boolean onForwarded(ForwardedViewChange m) {
        Digest digest = m.viewChange().digest(m.replica());
        NewView.Vouched listed = new NewView.Vouched(m.replica(), digest);
        boolean wanted = accepted.isEmpty()
                && atHand().filter(nv -> nv.viewChanges().contains(listed)).isPresent();
        if (!wanted || !isWellFormed(m.viewChange())) {
            return node.out.drop(Drop.UNASKED);
        }
        said.forward(m.replica(), new ViewChanges.Said(m.viewChange(), digest));
        return true;
    }

    /** Whether a correct replica may have sent this (section 6.4). */
    boolean isWellFormed(ViewChange m) {
        long period = node.settings.checkpointPeriod();
        return new Claims(m).isWellFormed(period, node.settings.logSize(), VoteHistory.digestsMax(node.quorums));
    }

    /** Checks the primary's NEW-VIEW for the present view, if there is one to check. */
    Check check() {
        Optional<NewView> candidate = accepted.isPresent() ? Optional.empty() : atHand();
        if (candidate.isEmpty()) {
            return Check.WAITING;
        }
        List<ViewChange> listed = new ArrayList<>();
        for (NewView.Vouched vouched : candidate.get().viewChanges()) {
            evidence(vouched).ifPresent(listed::add);
        }
        if (listed.size() < candidate.get().viewChanges().size()) {
            return Check.WAITING;
        }
        if (!decision.isValid(candidate.get(), listed)) {
            return Check.INVALID;
        }
        judged = Claims.of(listed);
        return Check.VALID;
    }

    /**
     * The VIEW-CHANGE that a NEW-VIEW lists: heard from its sender, or acknowledged by f beside the primary. One that
     * is listed in my name is no exception: I may have said it in a life of which I remember nothing (9.13).
     */
    Optional<ViewChange> evidence(NewView.Vouched vouched) {
        Optional<ViewChanges.Said> found =
                said.find(vouched.replica(), vouched.viewChange(), node.view()).filter(s -> isWithinReach(s.message()));
        boolean heard = said.of(vouched.replica(), node.view()).equals(found);
        return found.filter(s -> heard || said.acks(vouched.replica(), s, node.primary()) >= node.quorums.faulty())
                .map(ViewChanges.Said::message);
    }
}
