package dev.bft.wire;

/**
 * A replica's answer to one request (section 3.7). It names the request by timestamp and digest, so that a
 * cached answer to another operation under the same timestamp is never taken for it (amendment AG9).
 *
 * @param view the replica's view: tells the client whom to send to
 * @param session the session
 * @param base the session's base; in the answer to an OPEN the request's 0
 * @param number the request's number
 * @param request the request digest
 * @param outcome how it ended
 * @param basis what it rests on
 * @param digested whether the result's digest stands in place of the result
 * @param result the service's bytes, an error text, or the 8-byte base of an opened session
 */
public record Reply(
        long view,
        int session,
        long base,
        long number,
        Digest request,
        Outcome outcome,
        Basis basis,
        boolean digested,
        byte[] result)
        implements Message {

    /** What a reply rests on. */
    public enum Basis {
        /** A batch that committed. */
        COMMITTED(0),
        /** One that prepared in this view and may still be undone: it counts beside others of the same view alone. */
        TENTATIVE(1),
        /** The state after what committed, outside of any batch (section 3.9). */
        READ(2);

        private static final Basis[] ALL = values();
        private final int code;

        Basis(int code) {
            this.code = code;
        }

        static Basis of(int code) throws MalformedException {
            if (code >= ALL.length) {
                throw new MalformedException("unknown basis of a reply");
            }
            return ALL[code];
        }
    }

    /** A reply that rests on what committed. */
    public Reply(long view, int session, long base, long number, Digest request, Outcome outcome, byte[] result) {
        this(view, session, base, number, request, outcome, Basis.COMMITTED, false, result);
    }

    /** The same, resting on what may still be undone. */
    public Reply asTentative() {
        return new Reply(view, session, base, number, request, outcome, Basis.TENTATIVE, digested, result);
    }

    /** The same, an answer out of order. */
    public Reply asRead() {
        return new Reply(view, session, base, number, request, outcome, Basis.READ, digested, result);
    }

    /** The same with the result's digest in its place, unless that would be no shorter. */
    public Reply asDigest() {
        return digested || result.length <= Digest.BYTES
                ? this
                : new Reply(
                        view,
                        session,
                        base,
                        number,
                        request,
                        outcome,
                        basis,
                        true,
                        Digest.of(result).toBytes());
    }

    /** The digest of the result. */
    public Digest resultDigest() {
        return digested ? Digest.read(result, 0) : Digest.of(result);
    }

    /** Whether what it rests on may still be undone. */
    public boolean tentative() {
        return basis == Basis.TENTATIVE;
    }

    /** How a request ended; agreed, because it is decided at execution. */
    public enum Outcome {
        /** Executed: the result is the service's. */
        OK(0),
        /** The service refused deterministically: the result is its text, the state is unchanged. */
        FAILED(1),
        /** No such session (any more): nothing was executed now, what was sent before is unknown. */
        SESSION_GONE(2),
        /** Another operation was executed under this timestamp. */
        TIMESTAMP_REUSED(3),
        /** The session was not opened: the table is full of sessions in use. */
        TABLE_FULL(4),
        /** Executed before; the result was too long to be kept. */
        RESULT_DROPPED(5),
        /** Not executed: the credential that opened the session, or was to open it, has expired by agreed time. */
        CREDENTIAL_EXPIRED(6),
        /** Not executed now: the root revoked the client; what was sent before is unknown. */
        CREDENTIAL_REVOKED(7);

        private static final Outcome[] ALL = values();
        private final int code;

        Outcome(int code) {
            this.code = code;
        }

        /** The byte on the wire and in the reply cache. */
        public int code() {
            return code;
        }

        /** The outcome with this code. */
        public static Outcome of(int code) throws MalformedException {
            if (code < 0 || code >= ALL.length) {
                throw new MalformedException("unknown outcome");
            }
            return ALL[code];
        }
    }

    @Override
    public Type type() {
        return Type.REPLY;
    }

    @Override
    public void write(Out out) {
        out.i64(view)
                .i32(session)
                .i64(base)
                .i64(number)
                .digest(request)
                .u8(outcome.code())
                .u8(basis.code)
                .flag(digested)
                .bytes(result);
    }

    static Reply read(In in) throws MalformedException {
        Reply reply = new Reply(
                in.mark(),
                in.i32(),
                in.number(),
                in.number(),
                in.digest(),
                Outcome.of(in.u8()),
                Basis.of(in.u8()),
                in.flag(),
                in.bytes(Limits.RESULT));
        if (reply.digested && reply.result.length != Digest.BYTES) {
            throw new MalformedException("a digest of another length");
        }
        return reply;
    }
}
