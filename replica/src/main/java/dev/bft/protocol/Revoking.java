package dev.bft.protocol;

import dev.bft.auth.ClientPrincipal;
import dev.bft.auth.Revocation;
import dev.bft.wire.Reply;
import dev.bft.wire.SignedRequest;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The revocations that clients bring (decisions 0.5-11): what the root of this cluster signed counts, whoever brings it,
 * and takes effect once. Deterministic, like all that is executed.
 */
final class Revoking {
    private static final String FORGED = "this is no revocation that the root of this cluster signed";
    private static final String PAST = "the credential has expired: there is nothing to revoke";
    private static final String FULL =
            "the replicas have no room for another revocation until a revoked credential expires";

    private final Node node;
    private final Sessions sessions;
    private final Consumer<Fact> facts;

    Revoking(Node node, Sessions sessions, Consumer<Fact> facts) {
        this.node = node;
        this.sessions = sessions;
        this.facts = facts;
    }

    /** Executes one; the answer is a result, and whether it was refused. */
    Sessions.Answer execute(long seqno, SignedRequest request) {
        Optional<Revocation> signed = node.publicKeys
                .revocation(request.request().operation())
                .filter(r -> Arrays.equals(r.cluster(), node.cluster.id()) && r.client() >= node.replicas());
        if (signed.isEmpty()) {
            return Sessions.Answer.failed(FORGED);
        }
        Revocation revocation = signed.get();
        ClientPrincipal revoked = new ClientPrincipal(revocation.client(), new byte[0], revocation.notAfter());
        if (revoked.isExpired(sessions.agreedTime())) {
            // An old one, which the table may have forgotten: brought again, it would take up room for ever.
            return Sessions.Answer.failed(PAST);
        }
        boolean again = sessions.isRevoked(revoked.id());
        Optional<Integer> ended = sessions.revoke(revocation);
        if (ended.isEmpty()) {
            return Sessions.Answer.failed(FULL);
        }
        if (!again) {
            facts.accept(new Fact.Revoked(seqno, revoked.id(), ended.get(), request.client()));
        }
        return Sessions.Answer.of(Reply.Outcome.OK);
    }
}
