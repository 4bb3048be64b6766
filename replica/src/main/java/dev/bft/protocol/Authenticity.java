package dev.bft.protocol;

import dev.bft.auth.ClientKeys;
import dev.bft.auth.Verdict;
import dev.bft.wire.Batch;
import dev.bft.wire.Digest;
import dev.bft.wire.SignedRequest;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Whether a client made a request: by its MAC for this replica, or by its signature (sections 3.2, 3.6). */
final class Authenticity {
    /** So many bad signatures are remembered. */
    private static final int BAD = 1024;

    private final Node node;
    private final Execution execution;
    private final RequestQueue queue;
    private final ClientKeys keys;
    private final Quarantine quarantine;
    private final SignatureRates rates = new SignatureRates();
    /** The digests that cover a signature which was found bad, and by which keys. */
    private final TreeMap<Digest, Judges> bad = new TreeMap<>();

    /**
     * The keys that a signature is checked with.
     *
     * @param newest the session key with which the client showed its newest credential
     * @param live whether its session is open here
     */
    private record Judges(Optional<Long> newest, boolean live) {}

    /** What a request's signature says. */
    enum Proof {
        /** There is none, or no key to check it with. */
        NONE,
        /** It is not this client's turn to have one checked. */
        LATER,
        GOOD,
        /** The client's key is known, and it did not make this. */
        BAD
    }

    Authenticity(Node node, Execution execution, RequestQueue queue, ClientKeys keys, Quarantine quarantine) {
        this.node = node;
        this.execution = execution;
        this.queue = queue;
        this.keys = keys;
        this.quarantine = quarantine;
    }

    /** Checks the MAC of a frame that a client made; STALE_KEY if its key is not known here. */
    Verdict mac(SignedRequest request) {
        Optional<ClientKeys.ClientKeyEntry> key = keys.of(request.envelope());
        if (key.isEmpty()) {
            return Verdict.STALE_KEY;
        }
        return keys.verifies(request.envelope(), key.get()) ? Verdict.AUTHENTIC : Verdict.FORGED;
    }

    /**
     * Whether the client signed what its MAC proves to be its own. A bad signature beside a good MAC, which covers it,
     * convicts the client: only it or this replica could have made that (amendment AG7).
     */
    Proof ownProof(SignedRequest request) {
        if (!isCheckable(request)) {
            return Proof.NONE;
        }
        return isKnownBad(request) || rates.takeOfClient(request.client(), node.now) ? judged(request) : Proof.LATER;
    }

    /**
     * Without a rate: of what a batch holds each is looked at once, and a bad one holds up the batch. What was found bad is
     * not looked at again.
     */
    private Proof judged(SignedRequest request) {
        if (!isKnownBad(request)) {
            if (signedByClient(request)) {
                return Proof.GOOD;
            }
            if (bad.size() >= BAD) {
                bad.clear();
            }
            bad.put(request.envelope().digest(), judges(request));
        }
        quarantine.enter(request, node);
        return Proof.BAD;
    }

    private boolean isKnownBad(SignedRequest request) {
        return judges(request).equals(bad.get(request.envelope().digest()));
    }

    private Judges judges(SignedRequest request) {
        return new Judges(keys.newest(request.client()).map(e -> e.key().id()), execution.isLive(request));
    }

    /**
     * The same of what nothing else proves: anybody can send that.
     *
     * @param replica who passed it on, if it was one
     */
    boolean isSignedAtLeast(SignedRequest request, Optional<Integer> replica) {
        return isCheckable(request)
                && replica.map(sender -> rates.takeOfReplica(sender, node.now))
                        .orElseGet(() -> rates.takeOfStranger(node.now))
                && signedByClient(request);
    }

    /** Whether there is a signature and a key to check it with. */
    private boolean isCheckable(SignedRequest request) {
        return request.request().signature().length > 0
                && (request.request().open()
                        || execution.isLive(request)
                        || keys.newest(request.client()).isPresent());
    }

    /**
     * By the key that opened its session or, if that session is gone, by the one that the client showed when it gave me
     * its session key: who waits to hear that its session is gone may blame the primary as well.
     */
    private boolean signedByClient(SignedRequest request) {
        return execution.signedByClient(request)
                || (!request.request().open()
                        && keys.newest(request.client())
                                .filter(entry -> execution.isSignedBy(entry.client(), request))
                                .isPresent());
    }

    /** How many requests of a batch, from the first on, are known here to be their clients'; so many are already. */
    int verified(Batch batch, int already) {
        return count(batch, already, this::verifies);
    }

    /** The same without a look at signatures. */
    int known(Batch batch, int already) {
        return count(batch, already, this::isKnown);
    }

    private static int count(Batch batch, int already, Predicate<SignedRequest> proof) {
        List<SignedRequest> requests = batch.requests();
        int count = already;
        while (count < requests.size() && proof.test(requests.get(count))) {
            count++;
        }
        return count;
    }

    /** Whether every request of a batch is known here to be its client's, or to change nothing. */
    boolean verifies(Batch batch, boolean isNext) {
        int known = verified(batch, 0);
        return known == batch.requests().size() || (isNext && isHarmless(batch, known));
    }

    /** Whether a request that did not prove to be its client's changes nothing, and each after it is known or does. */
    boolean isHarmless(Batch batch, int unproved) {
        List<SignedRequest> rest =
                batch.requests().subList(unproved, batch.requests().size());
        return isHarmless(batch, rest.get(0))
                && rest.stream().skip(1).allMatch(r -> isHarmless(batch, r) || verifies(r));
    }

    private boolean verifies(SignedRequest request) {
        return isKnown(request) || (isOfAClient(request) && signedByClient(request));
    }

    private boolean isKnown(SignedRequest request) {
        return isOfAClient(request)
                && (queue.holds(SessionId.of(request), request.digest())
                        || execution.cachedReply(request).isPresent()
                        || isOwn(request));
    }

    /** By its MAC, unless the signature that it covers is bad. */
    private boolean isOwn(SignedRequest request) {
        return mac(request) == Verdict.AUTHENTIC && (!isCheckable(request) || judged(request) == Proof.GOOD);
    }

    private boolean isOfAClient(SignedRequest request) {
        return request.envelope().isOf(node.cluster) && request.client() >= node.replicas();
    }

    /**
     * Whether the request will change nothing because its session is gone, whoever sent it. Nobody may be left who
     * could prove it authentic: the session took the client's public key with it. Certain only when all before it
     * is executed, and the batch itself does not open the session.
     */
    private boolean isHarmless(Batch batch, SignedRequest request) {
        SessionId session = SessionId.of(request);
        return execution.isGone(request)
                && batch.requests().stream()
                        .noneMatch(r -> r.request().open() && SessionId.of(r).equals(session));
    }
}
