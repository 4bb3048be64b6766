package dev.bft.wire;

/**
 * A client's session key for one replica, both directions, chosen by the client and signed by it (section 2.3).
 *
 * @param receiver the replica
 * @param credential the client's credential, signed by the root
 * @param echo the replica's nonce, from its KEY-REQUEST: an old message is of no use after a reboot
 * @param sealed the key, sealed for the replica's coprocessor
 */
public record ClientKey(int receiver, byte[] credential, byte[] echo, byte[] sealed) implements Message {
    @Override
    public Type type() {
        return Type.CLIENT_KEY;
    }

    @Override
    public void write(Out out) {
        out.i32(receiver).bytes(credential).fixed(echo).bytes(sealed);
    }

    static ClientKey read(In in) throws MalformedException {
        return new ClientKey(
                in.count(Limits.REPLICAS - 1),
                in.bytes(Limits.CREDENTIAL),
                in.fixed(Limits.NONCE),
                in.bytes(Limits.SEALED));
    }
}
