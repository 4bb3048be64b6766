package dev.bft.watchdog.key;

import dev.bft.coprocessor.Frame;
import dev.bft.coprocessor.LocalProtocolException;
import dev.bft.keystore.BadBytesException;
import dev.bft.keystore.ByteReader;
import dev.bft.keystore.ByteWriter;
import dev.bft.keystore.SealingKey;
import dev.bft.keystore.VerifyKey;
import java.util.Optional;

/** What goes over the monitor's channel besides the coprocessor's requests and replies. */
sealed interface ControlMessage {

    byte IDENTIFY = 16;
    byte NEW_CHANNEL = 17;
    byte IDENTITY = 18;
    byte ACCEPTED = 19;

    int CLUSTER_ID_BYTES = 32;

    /** Says whose keys these are; answered by {@link Identity}. */
    record Identify() implements ControlMessage {}

    /** A boot: the next byte brings the descriptor of the replica's channel; answered by {@link Accepted}. */
    record NewChannel(long bootSeq) implements ControlMessage {}

    /** Whose keys these are. */
    record Identity(CoprocessorIdentity value) implements ControlMessage {}

    /** The old channel is dead and the new one is served. */
    record Accepted(long bootSeq) implements ControlMessage {}

    /** Whether a frame holds a message of this kind. */
    static boolean isControl(Frame frame) {
        return frame.type() >= IDENTIFY && frame.type() <= ACCEPTED;
    }

    /** The frame of this message. */
    default Frame encode() {
        ByteWriter out = new ByteWriter();
        if (this instanceof NewChannel channel) {
            return new Frame(NEW_CHANNEL, out.i64(channel.bootSeq).toBytes());
        }
        if (this instanceof Accepted accepted) {
            return new Frame(ACCEPTED, out.i64(accepted.bootSeq).toBytes());
        }
        if (this instanceof Identity identity) {
            CoprocessorIdentity value = identity.value;
            out.text(value.clusterId()).i32(value.replica());
            out.bytes(value.sign().encoded()).bytes(value.open().encoded());
            return new Frame(IDENTITY, out.toBytes());
        }
        return new Frame(IDENTIFY, out.toBytes());
    }

    /** The message in a frame. */
    static ControlMessage decode(Frame frame) throws LocalProtocolException {
        ByteReader in = new ByteReader(frame.body());
        try {
            ControlMessage message =
                    switch (frame.type()) {
                        case IDENTIFY -> new Identify();
                        case NEW_CHANNEL -> new NewChannel(in.number());
                        case IDENTITY -> new Identity(identity(in));
                        case ACCEPTED -> new Accepted(in.number());
                        default -> throw new BadBytesException("no such type");
                    };
            in.end();
            return message;
        } catch (BadBytesException e) {
            throw new LocalProtocolException("a message of type " + frame.type() + " is malformed: " + e.getMessage());
        }
    }

    private static CoprocessorIdentity identity(ByteReader in) throws BadBytesException {
        String clusterId = in.text(CLUSTER_ID_BYTES);
        int replica = in.count(Integer.MAX_VALUE);
        Optional<VerifyKey> sign = VerifyKey.decode(in.bytes(VerifyKey.ENCODED_BYTES));
        Optional<SealingKey> open = SealingKey.decode(in.bytes(SealingKey.ENCODED_BYTES));
        if (sign.isEmpty() || open.isEmpty()) {
            throw new BadBytesException("a key is none");
        }
        return new CoprocessorIdentity(clusterId, replica, sign.get(), open.get());
    }
}
