package dev.bft.client;

import dev.bft.protocol.Outcome;

/** An operation that has no result: the replicas refused it, or nobody can tell in time. */
public final class InvocationException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** The service refused; the text is the service's. */
        REFUSED,
        /** Executed or not, the caller must look. */
        UNKNOWN,
        /** Not executed: no room at the replicas, or too much under way here. */
        BUSY,
        /** Not executed: the operation cannot be sent. */
        INVALID,
        /** No answer of 2f+1 replicas within the deadline; it may still be executed. */
        TIMEOUT,
        /** Not executed: the credential has expired by the time of the replicas. */
        CREDENTIAL_EXPIRED,
        /** The client was revoked; what was under way may have been executed. */
        CREDENTIAL_REVOKED
    }

    private final Reason reason;

    /** A failure for this reason. */
    public InvocationException(Reason reason, String text) {
        super(text);
        this.reason = reason;
    }

    static InvocationException of(Outcome.Failed failed) {
        Reason reason =
                switch (failed.reason()) {
                    case OPERATION_FAILED -> Reason.REFUSED;
                    case SESSION_GONE, RESULT_DROPPED -> Reason.UNKNOWN;
                    case BUSY, TABLE_FULL -> Reason.BUSY;
                    case TOO_LONG, CLOSED -> Reason.INVALID;
                    case CREDENTIAL_EXPIRED -> Reason.CREDENTIAL_EXPIRED;
                    case CREDENTIAL_REVOKED -> Reason.CREDENTIAL_REVOKED;
                };
        return new InvocationException(reason, failed.text());
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }
}
