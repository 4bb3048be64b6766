package dev.bft.wire;

/** A client that just connected asks for the replica's nonce; answered by KEY-REQUEST. */
public record KeyAsk() implements Message {
    @Override
    public Type type() {
        return Type.KEY_ASK;
    }

    @Override
    public void write(Out out) {
        // No fields: the header says it all.
    }
}
