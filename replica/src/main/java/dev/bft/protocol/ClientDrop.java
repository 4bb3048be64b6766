package dev.bft.protocol;

import java.util.Locale;

/** Why a client dropped something from outside: one reason for each guard, counted. */
enum ClientDrop {
    /** Not the bytes of any message. */
    MALFORMED,
    /** Another cluster's, or another epoch's. */
    WRONG_CLUSTER,
    /** Not from the replica at the other end of the connection. */
    WRONG_SENDER,
    /** A message that replicas do not send to clients. */
    WRONG_TYPE,
    /** No MAC for this client alone. */
    NO_MAC,
    /** Made with a key that is not in force. */
    STALE_KEY,
    /** A MAC that does not verify. */
    FORGED,
    /** More often than allowed. */
    TOO_OFTEN,
    /** Answers what has ended: a reply beyond the 2f+1 that were needed, or a replay. */
    LATE,
    /** Answers nothing that this client asked. */
    UNASKED;

    /** The name in status and metrics. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
