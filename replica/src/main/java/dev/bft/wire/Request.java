package dev.bft.wire;

/**
 * A client's request (section 3.1): one operation of one session, or the opening of a session.
 *
 * <p>{@code base} and {@code number} are the timestamp: the base was assigned by the replicas when the session
 * was opened (amendment AG8), the number counts from 1 in the session. An OPEN has base 0, its number is the
 * client's nonce and its operation is the client's credential.
 *
 * @param session the client's name for the session
 * @param base the session's base; 0 in an OPEN
 * @param number strictly increasing within the session
 * @param open whether this opens the session
 * @param operation at most {@link Limits#OPERATION} bytes
 * @param signature the client's signature over {@link #signedBytes}, or empty
 */
public record Request(int session, long base, long number, boolean open, byte[] operation, byte[] signature)
        implements Message {
    private static final byte[] TAG = Digest.tag("Q");
    private static final byte[] SIGNED = Digest.tag("bft/request/1");

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
                .flag(open)
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
        out.i32(session).i64(base).i64(number).flag(open).bytes(operation).bytes(signature);
    }

    static Request read(In in) throws MalformedException {
        return new Request(
                in.i32(), in.number(), in.number(), in.flag(), in.bytes(Limits.OPERATION), in.bytes(Limits.SIGNATURE));
    }
}
