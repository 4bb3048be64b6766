package dev.bft.coprocessor;

import dev.bft.keystore.ByteWriter;
import dev.bft.keystore.Statement;

/** What is asked of a coprocessor. */
public sealed interface CoprocessorRequest {

    /** The longest context of a sealed secret. */
    int CONTEXT_BYTES_MAX = 1024;

    /** The longest sealed secret. */
    int SEALED_BYTES_MAX = 256;

    /**
     * Sign a payload with the next counter.
     *
     * @param domain one of {@link Statement}'s domains
     * @param payload at most {@link Statement#PAYLOAD_BYTES_MAX} bytes
     */
    record Sign(byte domain, byte[] payload) implements CoprocessorRequest {}

    /**
     * Open a sealed secret.
     *
     * @param context the context it was sealed in
     * @param sealed the sealed bytes
     */
    record Open(byte[] context, byte[] sealed) implements CoprocessorRequest {}

    /** The frame of this request. */
    default Frame encode() {
        if (this instanceof Sign sign) {
            return new Frame(
                    (byte) 1,
                    new ByteWriter().u8(sign.domain).bytes(sign.payload).toBytes());
        }
        Open open = (Open) this;
        return new Frame(
                (byte) 2,
                new ByteWriter().bytes(open.context).bytes(open.sealed).toBytes());
    }

    /** The request in a frame. */
    static CoprocessorRequest decode(Frame frame) throws LocalProtocolException {
        return switch (frame.type()) {
            case 1 -> FrameBody.decode(frame, in -> new Sign((byte) in.u8(), in.bytes(Statement.PAYLOAD_BYTES_MAX)));
            case 2 -> FrameBody.decode(frame, in -> new Open(in.bytes(CONTEXT_BYTES_MAX), in.bytes(SEALED_BYTES_MAX)));
            default -> throw new LocalProtocolException("no request has type " + frame.type());
        };
    }
}
