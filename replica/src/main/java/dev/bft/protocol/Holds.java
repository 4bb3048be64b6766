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
 * has a while to sign, then the view is over and the client in {@link Quarantine}. So each faulty client costs one view
 * change a term, whoever the primary is.
 */
final class Holds implements ViewWatch.Stuck {
    /** How long a client is doubted that was named in a proposal that ended a view. */
    private static final long DOUBT = 10_000_000_000L;

    /** Of what a single replica says so many clients are doubted a second, so that one liar makes few of them sign. */
    private static final long DOUBT_GAP = 100_000_000L;

    private final Node node;
    private final Log log;
    private final HeldProposals held;
    private final RequestQueue queue;
    private final ClientDesk desk;
    private final Quarantine quarantine;
    private final TreeMap<Long, Held> bySeqno = new TreeMap<>();
    private final List<TokenBucket> doubts = new ArrayList<>();
    private long toldAt = Long.MIN_VALUE / 2;

    /** What is said of one proposal: by sender, the request that nobody knows to be its client's. */
    private static final class Held {
        final TreeMap<Integer, SignedRequest> said = new TreeMap<>();
        /** Since when f+1 say so. */
        Optional<Long> since = Optional.empty();

        boolean isSince(long latest) {
            return since.filter(then -> then <= latest).isPresent();
        }

        long count(SignedRequest request) {
            return said.values().stream()
                    .filter(r -> r.digest().equals(request.digest()))
                    .count();
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
        for (int i = 0; i < node.replicas(); i++) {
            doubts.add(new TokenBucket(DOUBT_GAP, 1));
        }
    }

    /** How long a proposal is held before its holder says so; and between two times that it does. */
    private long patience() {
        return node.settings.viewTimeout() / 8;
    }

    /** How long a client has to sign; with the patience less than the primary has for a request of anybody else. */
    private long grace() {
        return node.settings.viewTimeout() / 2;
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
        Held one = bySeqno.computeIfAbsent(seqno, n -> new Held());
        one.said.put(sender, request);
        if (one.since.isEmpty() && one.said.size() >= node.quorums.weak()) {
            one.since = Optional.of(node.now);
        }
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
            quarantine.doubt(request.client(), node.now + patience() + grace());
        }
    }

    @Override
    public Optional<String> tick() {
        bySeqno.keySet()
                .removeIf(n -> n <= log.executed()
                        || log.find(n).filter(slot -> !slot.isCommitted()).isEmpty());
        if (node.now - toldAt >= patience()) {
            tell();
        }
        boolean over = bySeqno.values().stream().anyMatch(one -> one.isSince(node.now - grace()));
        return over ? Optional.of("f+1 replicas cannot tell whose request a proposal holds") : Optional.empty();
    }

    /**
     * The view is over, for that reason or another. Replicas do not see the end of a client's time in the same moment: who
     * follows others out of the view has seen most of it.
     */
    @Override
    public void left() {
        bySeqno.values().stream()
                .filter(one -> one.isSince(node.now - grace() / 2))
                .forEach(this::convict);
        bySeqno.clear();
    }

    /**
     * Of the clients whose signatures are not here those that f+1 replicas named come into quarantine. The others are
     * doubted: several may have seen to it that each replica names another of them, and a liar may have named anybody.
     */
    private void convict(Held one) {
        for (SignedRequest request : one.said.values()) {
            boolean signed =
                    queue.findSigned(SessionId.of(request), request.digest()).isPresent();
            if (!signed && one.count(request) >= node.quorums.weak()) {
                quarantine.enter(request, node);
            } else if (!signed) {
                quarantine.doubt(request.client(), node.now + DOUBT);
            }
        }
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
}
