package dev.bft.protocol;

import dev.bft.wire.In;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Reply;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What a reply that 2f+1 replicas agree on means for the application. */
final class Accepted {
    private static final String UNKNOWN =
            "outcome unknown: the session ended before the answer came; look at the state before repeating it";
    private static final String REUSED =
            "outcome unknown: another operation was executed in its place; look at the state before repeating it";
    private static final String FULL = "the replicas have no room for another session; try again later";
    private static final String DROPPED = "executed; the result was too long to be kept: read the result again";

    private static final String EXPIRED =
            "the credential has expired by the time of the replicas, and nothing was executed";
    private static final String REVOKED =
            "the root of the cluster revoked this client: nothing is executed for it any more; what it asked for before may"
                    + " have been";

    private Accepted() {}

    /** The base of the session that this reply to an OPEN says is open. */
    static Optional<Long> base(Reply reply) {
        if (reply.outcome() != Reply.Outcome.OK) {
            return Optional.empty();
        }
        try {
            In in = new In(reply.result());
            long base = in.number();
            in.end();
            return Optional.of(base);
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }

    /** Why the session was not opened. */
    static Outcome notOpened(Reply reply) {
        return switch (reply.outcome()) {
            case TABLE_FULL -> failed(Outcome.Reason.TABLE_FULL, FULL);
            case FAILED -> failed(Outcome.Reason.OPERATION_FAILED, text(reply));
            case CREDENTIAL_EXPIRED -> failed(Outcome.Reason.CREDENTIAL_EXPIRED, EXPIRED);
            case CREDENTIAL_REVOKED -> failed(Outcome.Reason.CREDENTIAL_REVOKED, REVOKED);
            case OK, SESSION_GONE, TIMESTAMP_REUSED, RESULT_DROPPED ->
                failed(Outcome.Reason.OPERATION_FAILED, "the replicas did not open a session: " + reply.outcome());
        };
    }

    /** How the operation ended. */
    static Outcome outcome(Reply reply) {
        return switch (reply.outcome()) {
            case OK -> new Outcome.Result(reply.result());
            case FAILED -> failed(Outcome.Reason.OPERATION_FAILED, text(reply));
            case SESSION_GONE -> failed(Outcome.Reason.SESSION_GONE, UNKNOWN);
            case TIMESTAMP_REUSED -> failed(Outcome.Reason.SESSION_GONE, REUSED);
            case TABLE_FULL -> failed(Outcome.Reason.TABLE_FULL, FULL);
            case RESULT_DROPPED -> failed(Outcome.Reason.RESULT_DROPPED, DROPPED);
            case CREDENTIAL_EXPIRED -> failed(Outcome.Reason.CREDENTIAL_EXPIRED, EXPIRED);
            case CREDENTIAL_REVOKED -> failed(Outcome.Reason.CREDENTIAL_REVOKED, REVOKED);
        };
    }

    /** Whether the replicas no longer take operations in this session. */
    static boolean endsSession(Reply reply) {
        return isGone(reply)
                || reply.outcome() == Reply.Outcome.CREDENTIAL_EXPIRED
                || reply.outcome() == Reply.Outcome.CREDENTIAL_REVOKED;
    }

    /** Whether this session has ended, but another would do. */
    static boolean isGone(Reply reply) {
        return reply.outcome() == Reply.Outcome.SESSION_GONE || reply.outcome() == Reply.Outcome.TIMESTAMP_REUSED;
    }

    private static String text(Reply reply) {
        return new String(reply.result(), StandardCharsets.UTF_8);
    }

    private static Outcome failed(Outcome.Reason reason, String text) {
        return new Outcome.Failed(reason, text);
    }
}
