package dev.bft.sim;

import dev.bft.protocol.Fact;
import dev.bft.wire.Digest;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whom the root let in, until when, and whom it threw out again: nothing is executed for a client after its credential
 * expired or after the batch that revoked it, and nobody is revoked whom the root did not revoke (decisions 0.5-11).
 */
final class Credentials {
    private final Plan plan;
    private final Tally tally;
    /** The clients that the root of this cluster revoked, whether anybody brought that to the replicas or not. */
    private final TreeSet<Integer> signed = new TreeSet<>();
    /** The seqno at which a client was revoked. */
    private final TreeMap<Integer, Long> revokedAt = new TreeMap<>();
    /** The clients of whose revocation another client knows that it is done. */
    private final TreeSet<Integer> known = new TreeSet<>();

    private final Set<Digest> revocations = new HashSet<>();
    /** By replica, the last revocation it executed. */
    private final TreeMap<Integer, Fact.Revoked> last = new TreeMap<>();

    Credentials(Plan plan, Tally tally) {
        this.plan = plan;
        this.tally = tally;
    }

    /** The root revokes a client. */
    void signs(int client) {
        signed.add(client);
    }

    boolean hasSigned(int client) {
        return signed.contains(client);
    }

    /** A client brings a revocation, or what it says is one. */
    void brings(Digest request) {
        revocations.add(request);
    }

    boolean isRevocation(Digest request) {
        return revocations.contains(request);
    }

    /** A replica revoked a client. */
    void revoked(int replica, Fact.Revoked fact) {
        Violation.unless(
                signed.contains(fact.client()),
                "authenticity",
                () -> "replica " + replica + " revokes client " + fact.client() + ", and the root did not");
        Long before = revokedAt.putIfAbsent(fact.client(), fact.seqno());
        if (before == null) {
            tally.saw(Fault.REVOKED_CLIENT);
        }
        Violation.unless(
                before == null || before == fact.seqno(),
                "same-execution",
                () -> "replica " + replica + " revokes client " + fact.client() + " at seqno " + fact.seqno()
                        + ", others at " + before);
        last.put(replica, fact);
    }

    /** A replica executes again what it executed: in a new life, or on a state that it fetched. */
    void startsAgain(int replica) {
        last.remove(replica);
    }

    /** A replica executed something for a client. */
    void executed(int replica, Fact.Executed fact) {
        long notAfter = plan.notAfter(fact.client());
        Violation.unless(
                fact.timeMicros() / 1_000_000 <= notAfter,
                "expired-is-refused",
                () -> "replica " + replica + " executes " + fact + " after second " + notAfter);
        Long at = revokedAt.get(fact.client());
        boolean later = at != null && fact.seqno() > at;
        Fact.Revoked mine = last.get(replica);
        boolean after = mine != null && mine.client() == fact.client() && mine.seqno() == fact.seqno();
        Violation.unless(
                !later && !after,
                "revoked-is-refused",
                () -> "replica " + replica + " executes " + fact + ", revoked at seqno " + at);
    }

    /** A client knows that this client is revoked. */
    void isDone(int client) {
        known.add(client);
    }

    /** Whether what this client asks for from now on is in vain. */
    boolean isOver(int client) {
        return known.contains(client);
    }

    /** A client is told that its credential has expired. */
    void saysExpired(int client) {
        Violation.unless(
                plan.notAfter(client) != Plan.NEVER,
                "expired-is-refused",
                () -> "client " + client + " is told that it has expired, and it never does");
        tally.saw(Fault.EXPIRED_CLIENT);
    }

    /** A client is told that it is revoked. */
    void saysRevoked(int client) {
        Violation.unless(
                signed.contains(client),
                "revoked-is-refused",
                () -> "client " + client + " is told that it is revoked, and it is not");
        tally.was(Situation.TOLD_REVOKED);
    }
}
