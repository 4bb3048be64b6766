package dev.bft.protocol;

import dev.bft.wire.Batch;
import dev.bft.wire.Digest;
import dev.bft.wire.Hold;
import dev.bft.wire.SignedRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Proposals that replicas hold because they cannot tell that a client made what is in them, and say so (amendment AG7).
 *
 * <p>One that says so may lie, and changes nothing. With f+1 a correct one does, and the proposal may be stuck: the client
 * has a while to sign, then the view is over. Who made what nobody can vote for, the client or the primary, nobody can
 * tell: the client is doubted, and in {@link Quarantine} once f+1 primaries proposed such a request. So a faulty client
 * costs f+1 view changes a term, whoever the primaries are.
 */
final class Holds implements ViewWatch.Stuck {
    /** Of what a single replica says so many clients are doubted a second, so that one liar makes few of them sign. */
    private static final long DOUBT_GAP = 100_000_000L;

    /** A replica says so of what is stuck, not of hundreds of proposals a second. */
    private static final long HOLD_GAP = 10_000_000L;

    private static final int HOLDS = 64;

    private final Node node;
    private final Log log;
    private final HeldProposals held;
    private final RequestQueue queue;
    private final ClientDesk desk;
    private final Quarantine quarantine;
    private final TreeMap<Long, Held> bySeqno = new TreeMap<>();
    private final List<TokenBucket> doubts = new ArrayList<>();
    private final List<TokenBucket> saying = new ArrayList<>();
    private long toldAt = Long.MIN_VALUE / 2;
    /** The view-change timeout of now. */
    private long timeout;

    /** What is said of one proposal. */
    private static final class Held {
        final int primary;
        /** By sender, the request that nobody knows to be its client's. */
        final TreeMap<Integer, SignedRequest> said = new TreeMap<>();
        /** For how long f+1 have said so, nanoseconds in which this replica ran. */
        long waited;

        Held(int primary) {
            this.primary = primary;
        }
    }

    /** What clients bring, and what is known of them. */
    record Clients(RequestQueue queue, ClientDesk desk, Quarantine quarantine) {}

    Holds(Node node, Log log, HeldProposals held, Clients clients) {
        this.node = node;
        this.log = log;
        this.held = held;
        this.queue = clients.queue;
        this.desk = clients.desk;
        this.quarantine = clients.quarantine;
        this.timeout = node.settings.viewTimeout();
        for (int i = 0; i < node.replicas(); i++) {
            doubts.add(new TokenBucket(DOUBT_GAP, 1));
            saying.add(new TokenBucket(HOLD_GAP, HOLDS));
        }
    }

    /** How long a proposal is held before its holder says so; and between two times that it does. */
    private long patience() {
        return node.settings.viewTimeout() / 8;
    }

    /**
     * How long a client has to sign; with the patience less than the primary has for a request of anybody else. Where
     * views need more time, messages do.
     */
    private long grace() {
        return timeout / 2;
    }

    /** Another replica holds a proposal. */
    boolean onHold(int sender, Hold m) {
        if (m.view() != node.view() || !node.isActive()) {
            return node.out.drop(Drop.WRONG_VIEW);
        }
        Optional<SignedRequest> named = named(m);
        if (named.isEmpty()) {
            return node.out.drop(Drop.UNASKED);
        }
        if (!saying.get(sender).take(node.now)) {
            return node.out.drop(Drop.TOO_OFTEN);
        }
        note(sender, m.seqno(), named.get());
        help(sender, named.get());
        return true;
    }

    /** The request it is about, if the proposal is here, holds it and is not decided. */
    private Optional<SignedRequest> named(Hold m) {
        return log.find(m.seqno())
                .filter(slot -> slot.proposed && !slot.isCommitted() && m.seqno() > log.executed())
                .flatMap(Slot::batch)
                .filter(batch -> batch.digest().equals(m.batch()))
                .flatMap(batch -> request(batch, m.request()));
    }

    private static Optional<SignedRequest> request(Batch batch, Digest digest) {
        return batch.requests().stream().filter(r -> r.digest().equals(digest)).findFirst();
    }

    private void note(int sender, long seqno, SignedRequest request) {
        bySeqno.computeIfAbsent(seqno, n -> new Held(node.primary())).said.put(sender, request);
    }

    /** Passes the client's signature on, or asks for it; a primary asks for nothing less from now on. */
    private void help(int sender, SignedRequest request) {
        Optional<SignedRequest> signed = queue.findSigned(SessionId.of(request), request.digest());
        if (signed.isPresent()) {
            node.out.add(new Effect.SendToReplica(sender, signed.get().frame()));
            return;
        }
        desk.askSignature(request);
        if (node.isPrimary() && doubts.get(sender).take(node.now)) {
            quarantine.doubt(request.client(), node.now, patience() + grace());
        }
    }

    @Override
    public Optional<String> tick(long step, long viewTimeout) {
        timeout = viewTimeout;
        forgetDecided();
        if (node.now - toldAt >= patience()) {
            tell();
        }
        boolean over = false;
        for (Held one : bySeqno.values()) {
            one.waited = one.said.size() >= node.quorums.weak() ? one.waited + step : 0;
            over |= one.waited >= grace();
        }
        return over ? Optional.of("f+1 replicas cannot tell whose request a proposal holds") : Optional.empty();
    }

    /** What was decided holds nobody up any more, and who voted for a proposal does not hold it. */
    private void forgetDecided() {
        bySeqno.keySet().removeIf(n -> n <= log.executed() || undecided(n).isEmpty());
        bySeqno.forEach((n, one) -> undecided(n).ifPresent(slot -> one.said
                .keySet()
                .removeIf(sender -> sender == node.me()
                        ? slot.voted
                        : slot.prepares.of(sender).equals(slot.digest()))));
    }

    private Optional<Slot> undecided(long seqno) {
        return log.find(seqno).filter(slot -> slot.proposed && !slot.isCommitted());
    }

    /**
     * The view is over, for that reason or another. Replicas do not see the end of a client's time in the same moment, nor
     * give the same time: who follows others out of the view has seen half of the shortest.
     */
    @Override
    public void left() {
        bySeqno.values().stream()
                .filter(one -> one.waited >= node.settings.viewTimeout() / 4)
                .forEach(this::convict);
        bySeqno.clear();
    }

    /**
     * The clients whose signatures are not here. A liar may have named anybody, so only who was named by f+1 replicas, by
     * whatever requests, was named by a correct one.
     */
    private void convict(Held one) {
        TreeMap<Integer, SignedRequest> clients = new TreeMap<>();
        TreeMap<Integer, Integer> count = new TreeMap<>();
        for (SignedRequest request : one.said.values()) {
            if (queue.findSigned(SessionId.of(request), request.digest()).isEmpty()) {
                clients.put(request.client(), request);
                count.merge(request.client(), 1, Integer::sum);
            }
        }
        clients.forEach((client, request) -> {
            boolean weak = count.getOrDefault(client, 0) >= node.quorums.weak();
            quarantine.named(request, weak ? Optional.of(one.primary) : Optional.empty(), node);
        });
    }

    private void tell() {
        for (HeldProposals.Doubtful doubtful : held.doubtful(node.now - patience())) {
            toldAt = node.now;
            Hold mine = new Hold(
                    node.view(),
                    doubtful.seqno(),
                    doubtful.batch(),
                    doubtful.request().digest());
            node.multicast(mine);
            note(node.me(), doubtful.seqno(), doubtful.request());
            desk.askSignature(doubtful.request());
        }
    }

    /** New keys for a replica: what it said under the old ones is void (2.4). */
    void forget(int sender) {
        bySeqno.values().forEach(one -> one.said.remove(sender));
    }

    /** New keys for all. */
    void forgetOthers() {
        bySeqno.values().forEach(one -> one.said.keySet().removeIf(sender -> sender != node.me()));
    }
}
