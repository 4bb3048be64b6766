package dev.bft.protocol;

import dev.bft.auth.Verdict;
import dev.bft.wire.Reply;
import dev.bft.wire.Request;
import dev.bft.wire.SignedRequest;
import java.util.Optional;

/**
 * What becomes of a request that comes in (section 3.2): answered again, read, queued, or dropped; a backup passes on what
 * its client asks for again. A client that is doubted is asked for its signature (amendment AG7).
 */
final class Admission {
    private final Node node;
    private final ClientDesk desk;
    private final RequestQueue queue;
    private final Quarantine quarantine;
    private final Authenticity authenticity;
    private final Agreement agreement;
    private final Views views;
    private final Progress progress;

    /** What clients bring, and what is known of them. */
    record Clients(ClientDesk desk, RequestQueue queue, Quarantine quarantine, Authenticity authenticity) {}

    Admission(Node node, Clients clients, Agreement agreement, Views views, Progress progress) {
        this.node = node;
        this.desk = clients.desk;
        this.queue = clients.queue;
        this.quarantine = clients.quarantine;
        this.authenticity = clients.authenticity;
        this.agreement = agreement;
        this.views = views;
        this.progress = progress;
    }

    /**
     * A request came in, of a client or passed on by another replica.
     *
     * @param replica of whom something authentic came on this link, if of any
     */
    void onRequest(long link, Optional<Integer> replica, SignedRequest request) {
        if (request.client() < node.replicas()) {
            node.out.drop(Drop.WRONG_SENDER);
            return;
        }
        Verdict verdict = authenticity.mac(request);
        if (verdict == Verdict.AUTHENTIC && request.request().kind() == Request.Kind.READ) {
            progress.reads().add(request);
        } else if (verdict != Verdict.AUTHENTIC && authenticity.isSignedAtLeast(request, replica)) {
            admit(request, true);
        } else if (verdict == Verdict.STALE_KEY) {
            node.out.drop(Drop.UNKNOWN_CLIENT);
            desk.ask(link);
        } else if (verdict != Verdict.AUTHENTIC) {
            node.out.drop(Drop.FORGED);
        } else {
            admit(request, false);
        }
    }

    /** A request is its client's (3.2); {@code signed}: its signature was looked at already. */
    private void admit(SignedRequest request, boolean signed) {
        Optional<Reply> cached = progress.lastAnswer(request);
        cached.ifPresent(reply -> desk.reply(request, reply));
        if (cached.isPresent() && !cached.get().tentative()) {
            return;
        }
        if (progress.isPast(request)) {
            node.out.drop(Drop.OLD_TIMESTAMP);
            return;
        }
        Authenticity.Proof proof =
                signed || queue.isSigned(request) ? Authenticity.Proof.GOOD : authenticity.ownProof(request);
        if (proof == Authenticity.Proof.BAD || proof == Authenticity.Proof.LATER) {
            node.out.drop(proof == Authenticity.Proof.BAD ? Drop.FORGED : Drop.TOO_OFTEN);
            return;
        }
        boolean mustSign = quarantine.mustSign(request.client(), node.now);
        if (proof != Authenticity.Proof.GOOD && mustSign && node.isPrimary()) {
            node.out.drop(Drop.UNSIGNED);
            desk.askSignature(request);
            return;
        }
        enqueue(request, signed, proof == Authenticity.Proof.GOOD, mustSign);
    }

    private void enqueue(SignedRequest request, boolean signed, boolean proved, boolean mustSign) {
        boolean added = queue.add(request, node.now);
        if (!added && !queue.holds(SessionId.of(request), request.digest())) {
            node.out.drop(Drop.DUPLICATE);
            return;
        }
        // A first copy that is there to be proposed says nothing of the primary; a second one that its client waits.
        boolean shown = request.request().replier() == Request.WITNESS;
        boolean first = added && (node.isPrimary() || request.request().isBody() || shown);
        if (added && shown && !node.isPrimary() && node.isActive()) {
            node.expectations.shown(request);
        }
        if (proved) {
            // Only what its client signed, and asks for again, may blame the primary (amendment AG6); nothing of one in
            // quarantine, for which a correct primary takes its time.
            boolean suspect = quarantine.holds(request.client(), node.now);
            queue.signed(request, !suspect && (signed || !first || mustSign));
        }
        if (added) {
            agreement.retryHeld(request);
        }
        if ((signed || !first) && node.isActive() && !node.isPrimary()) {
            views.relay().pass(request);
        }
    }
}
