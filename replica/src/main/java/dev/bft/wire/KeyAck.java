package dev.bft.wire;

/**
 * A replica holds the client's session key now; authenticated with that key.
 *
 * @param key the key's id
 */
public record KeyAck(long key) implements Message {
    @Override
    public Type type() {
        return Type.KEY_ACK;
    }

    @Override
    public void write(Out out) {
        out.i64(key);
    }

    static KeyAck read(In in) throws MalformedException {
        return new KeyAck(in.i64());
    }
}
