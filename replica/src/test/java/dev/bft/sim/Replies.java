package dev.bft.sim;

import dev.bft.protocol.Fact;
import dev.bft.wire.Reply;

/**
 * What a correct replica answers clients: what the history says, or what it executed ahead, once the disk knows enough to
 * say it again (amendments AG2, AG12); and to a read what stands after its last batch, and no less than it ever told (AG1).
 */
final class Replies {
    private final Plan plan;
    private final History history;
    private final Credentials credentials;

    Replies(Plan plan, History history, Credentials credentials) {
        this.plan = plan;
        this.history = history;
        this.credentials = credentials;
    }

    /**
     * A reply leaves a replica.
     *
     * @param executed the last batch that committed at it
     */
    void leaves(int replica, Reply reply, Ledger ledger, Tentative tentative, long executed) {
        boolean refused = reply.outcome() == Reply.Outcome.FAILED;
        if (reply.basis() == Reply.Basis.READ) {
            tentative.reads(executed);
            if (reply.outcome() != Reply.Outcome.CREDENTIAL_EXPIRED
                    && reply.outcome() != Reply.Outcome.CREDENTIAL_REVOKED) {
                history.read(replica, reply, executed);
            }
        } else if (reply.tentative()) {
            Fact.ExecutedAhead ahead = tentative.tells();
            Position at = new Position(reply.view(), ahead.seqno());
            durable(ledger.holdsPrepared(at, ahead.batch()), replica, "tentative reply of " + at);
        } else if (credentials.isRevocation(reply.request())) {
            // Its outcome is no result of the service; what came of it the replicas' facts tell.
            return;
        } else if (reply.base() > 0 && (refused || reply.outcome() == Reply.Outcome.OK)) {
            long seqno = history.answered(replica, reply, refused);
            durable(ledger.holdsOutcome(seqno, history.batch(seqno)), replica, "reply of seqno " + seqno);
            tentative.tells(seqno);
        }
    }

    private void durable(boolean onDisk, int replica, String what) {
        Violation.unless(
                onDisk || !plan.tunables().durable(),
                "durable-first",
                () -> "replica " + replica + " speaks before it is on disk: " + what);
    }
}
