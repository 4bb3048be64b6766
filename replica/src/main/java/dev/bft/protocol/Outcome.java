package dev.bft.protocol;

/** How an invocation ended, as f+1 replicas say or as the client itself decides. */
public sealed interface Outcome {
    /** Executed: the service's bytes. */
    record Result(byte[] result) implements Outcome {}

    /** Not executed, or nobody can tell any more; the text is for people. */
    record Failed(Reason reason, String text) implements Outcome {}

    /** Why an invocation failed. */
    enum Reason {
        /** Too many invocations wait already: not sent. */
        BUSY,
        /** The operation is longer than any request may be: not sent. */
        TOO_LONG,
        /** The client was closed before: not sent. */
        CLOSED,
        /** The replicas have no room for another session: not executed. */
        TABLE_FULL,
        /** The service refused the operation: its text, and the state is as before. */
        OPERATION_FAILED,
        /** The session ended under the operation: executed or not, the application must look (amendment AG8). */
        SESSION_GONE,
        /** Executed, but the result was too long to be kept and the first answers were lost. */
        RESULT_DROPPED,
        /** The client's credential has expired: not executed. */
        CREDENTIAL_EXPIRED,
        /** The client was revoked: not executed from then on, and what was under way the application must look for. */
        CREDENTIAL_REVOKED
    }
}
