package dev.bft.coprocessor;

import dev.bft.keystore.BadBytesException;
import dev.bft.keystore.ByteReader;

/** Turns the body of a frame into a message, all of it or nothing. */
final class FrameBody {

    private FrameBody() {}

    /** Reads one kind of message. */
    interface Decoder<T> {
        T decode(ByteReader in) throws BadBytesException;
    }

    static <T> T decode(Frame frame, Decoder<? extends T> decoder) throws LocalProtocolException {
        ByteReader in = new ByteReader(frame.body());
        try {
            T message = decoder.decode(in);
            in.end();
            return message;
        } catch (BadBytesException e) {
            throw new LocalProtocolException("a message of type " + frame.type() + " is malformed: " + e.getMessage());
        }
    }
}
