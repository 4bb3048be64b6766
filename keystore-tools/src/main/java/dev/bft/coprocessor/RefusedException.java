package dev.bft.coprocessor;

import java.io.IOException;

/** The coprocessor does not do on this channel what was asked of it; the channel stays usable. */
public final class RefusedException extends IOException {

    private static final long serialVersionUID = 1;

    /** The coprocessor's reason. */
    public RefusedException(String reason) {
        super(reason);
    }
}
