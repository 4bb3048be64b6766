package dev.bft.wire;

/**
 * A client's request (section 3.1): one operation of one session, or the opening of a session.
 *
 * <p>{@code base} and {@code number} are the timestamp: the base was assigned by the replicas when the session
 * was opened (amendment AG8), the number counts from 1 in the session. An OPEN has base 0, its number is the
 * client's nonce and its operation is the client's credential; the operation of a REVOKE is the revocation. What an
 * operation is called does not say whether it is to be ordered, nor who sends the result: a client that asks again may ask
 * otherwise.
 *
 * @param session the client's name for the session
 * @param base the session's base; 0 in an OPEN
 * @param number strictly increasing within the session
 * @param kind what is asked for
 * @param replier the replica that is to send the result itself, the others its digest; {@link #ALL} if all are, {@link
 *     #WITNESS} in a copy for a witness
 * @param operation at most {@link Limits#OPERATION} bytes
 * @param signature the client's signature over {@link #signedBytes}, or empty
 */
public record Request(int session, long base, long number, Kind kind, int replier, byte[] operation, byte[] signature)
        implements Message {
    /** Every replica sends the result. */
    public static final int ALL = -1;

    /** Every replica sends the result; and who gets this copy is to watch whether the primary is slow (11-A3). */
    public static final int WITNESS = -2;

    private static final byte[] TAG = Digest.tag("Q");
    private static final byte[] SIGNED = Digest.tag("bft/request/1");

    /** What is asked for. */
    public enum Kind {
        /** An operation, to be ordered. */
        OPERATION(0),
        /** The opening of a session. */
        OPEN(1),
        /** An operation that reads only, to be answered out of order (section 3.9). */
        READ(2),
        /** The revocation of a client, signed by the root, to be ordered (decisions 0.5-11). */
        REVOKE(3);

        private static final Kind[] ALL_KINDS = values();
        private final int code;

        Kind(int code) {
            this.code = code;
        }

        static Kind of(int code) throws MalformedException {
            if (code >= ALL_KINDS.length) {
                throw new MalformedException("unknown kind of request");
            }
            return ALL_KINDS[code];
        }
    }

    /** An operation to be ordered, or an opening, which all replicas answer in full. */
    public Request(int session, long base, long number, boolean open, byte[] operation, byte[] signature) {
        this(session, base, number, open ? Kind.OPEN : Kind.OPERATION, ALL, operation, signature);
    }

    /** Whether this opens the session. */
    public boolean open() {
        return kind == Kind.OPEN;
    }

    /** Whether its client sends it to all replicas at once, and a proposal only names it (section 3.5). */
    public boolean isBig() {
        return operation.length > Limits.INLINE;
    }

    /** Whether it went to all replicas for its size alone: a client that has waited asks all of them for the result. */
    public boolean isBody() {
        return isBig() && replier != ALL;
    }

    @Override
    public Type type() {
        return Type.REQUEST;
    }

    /** The request digest of this request if {@code client} sent it: names the operation, not its authentication. */
    public Digest digest(int client) {
        byte[] head = new Out(32)
                .i32(client)
                .i32(session)
                .i64(base)
                .i64(number)
                .u8(kind == Kind.READ ? Kind.OPERATION.code : kind.code)
                .toBytes();
        return Digest.of(TAG, head, operation);
    }

    /** What a client signs: cluster, epoch and request digest. */
    public static byte[] signedBytes(Cluster cluster, Digest request) {
        return new Out(80)
                .fixed(SIGNED)
                .fixed(cluster.id())
                .i32(cluster.epoch())
                .digest(request)
                .toBytes();
    }

    @Override
    public void write(Out out) {
        out.i32(session)
                .i64(base)
                .i64(number)
                .u8(kind.code)
                .i32(replier)
                .bytes(operation)
                .bytes(signature);
    }

    static Request read(In in) throws MalformedException {
        return new Request(
                in.i32(),
                in.number(),
                in.number(),
                Kind.of(in.u8()),
                in.i32(),
                in.bytes(Limits.OPERATION),
                in.bytes(Limits.SIGNATURE));
    }
}
