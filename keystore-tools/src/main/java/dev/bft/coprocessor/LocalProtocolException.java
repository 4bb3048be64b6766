package dev.bft.coprocessor;

import java.io.IOException;

/** A frame that the other end of a local channel may not send; the channel is of no more use. */
public final class LocalProtocolException extends IOException {

    private static final long serialVersionUID = 1;

    /** Says what is wrong with the frame. */
    public LocalProtocolException(String message) {
        super(message);
    }
}
