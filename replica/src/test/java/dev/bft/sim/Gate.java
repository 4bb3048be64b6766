package dev.bft.sim;

import dev.bft.wire.Message;

/** A way through which a script lets some frames pass and not others. */
interface Gate {
    /** Lets everything pass. */
    Gate OPEN = (from, to, type) -> true;

    /** Whether a frame of this kind may go from one node to another. */
    boolean lets(int from, int to, Message.Type type);
}
