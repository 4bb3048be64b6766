package dev.bft.coprocessor;

import dev.bft.keystore.ByteWriter;

/** What a coprocessor answers: one reply to each request, in order. */
public sealed interface CoprocessorReply {

    /** The longest signature. */
    int SIGNATURE_BYTES_MAX = 128;

    /** The longest opened secret. */
    int SECRET_BYTES_MAX = 256;

    /** The longest reason of a refusal, in bytes. */
    int REASON_BYTES_MAX = 256;

    /**
     * Signed.
     *
     * @param counter inside the signed bytes, never used before
     * @param signature of the statement
     */
    record Signed(long counter, byte[] signature) implements CoprocessorReply {}

    /** Opened: the secret. */
    record Opened(byte[] secret) implements CoprocessorReply {}

    /** Not sealed for this key in this context. */
    record Unopenable() implements CoprocessorReply {}

    /** Not allowed on this channel. */
    record Refused(String reason) implements CoprocessorReply {}

    /** The frame of this reply. */
    default Frame encode() {
        ByteWriter out = new ByteWriter();
        if (this instanceof Signed signed) {
            return new Frame(
                    (byte) 1, out.i64(signed.counter).bytes(signed.signature).toBytes());
        }
        if (this instanceof Opened opened) {
            return new Frame((byte) 2, out.bytes(opened.secret).toBytes());
        }
        if (this instanceof Refused refused) {
            return new Frame((byte) 4, out.text(refused.reason).toBytes());
        }
        return new Frame((byte) 3, out.toBytes());
    }

    /** The reply in a frame. */
    static CoprocessorReply decode(Frame frame) throws LocalProtocolException {
        return switch (frame.type()) {
            case 1 -> FrameBody.decode(frame, in -> new Signed(in.number(), in.bytes(SIGNATURE_BYTES_MAX)));
            case 2 -> FrameBody.decode(frame, in -> new Opened(in.bytes(SECRET_BYTES_MAX)));
            case 3 -> FrameBody.decode(frame, in -> new Unopenable());
            case 4 -> FrameBody.decode(frame, in -> new Refused(in.text(REASON_BYTES_MAX)));
            default -> throw new LocalProtocolException("no reply has type " + frame.type());
        };
    }
}
