package dev.bft.sim;

import dev.bft.wire.Message;

/**
 * A message of a faulty replica on its way to another replica.
 *
 * @param to to whom
 * @param message what it says
 * @param frame the frame as its core made it; empty if the message is not the core's
 */
record Outgoing(int to, Message message, byte[] frame) {
    static Outgoing of(int to, Message message) {
        return new Outgoing(to, message, new byte[0]);
    }

    /** Another message to the same replica. */
    Outgoing with(Message other) {
        return of(to, other);
    }

    boolean isOfCore() {
        return frame.length > 0;
    }
}
