package dev.bft.wire;

/**
 * A replica asks a client for a session key (section 2.3): it holds none, and takes one only with this nonce.
 *
 * @param nonce the replica's nonce of this boot
 */
public record KeyRequest(byte[] nonce) implements Message {
    @Override
    public Type type() {
        return Type.KEY_REQUEST;
    }

    @Override
    public void write(Out out) {
        out.fixed(nonce);
    }

    static KeyRequest read(In in) throws MalformedException {
        return new KeyRequest(in.fixed(Limits.NONCE));
    }
}
