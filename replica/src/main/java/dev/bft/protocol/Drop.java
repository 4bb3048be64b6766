package dev.bft.protocol;

import java.util.Locale;

/** Why something from outside was dropped: one reason for each guard, counted and shown in status. */
enum Drop {
    /** Not the bytes of any message. */
    MALFORMED,
    /** Another cluster's, or another epoch's. */
    WRONG_CLUSTER,
    /** The sender may not say this, or claims to be me. */
    WRONG_SENDER,
    /** No MAC for me. */
    NO_MAC,
    /** Made with a key no longer, or not yet, in force. */
    STALE_KEY,
    /** A MAC or signature that does not verify. */
    FORGED,
    /** A client without a session key here. */
    UNKNOWN_CLIENT,
    /** Of another view. */
    WRONG_VIEW,
    /** Outside the log's window. */
    OUT_OF_WINDOW,
    /** Had it already. */
    DUPLICATE,
    /** Two different statements where only one is allowed. */
    CONFLICT,
    /** A timestamp already passed. */
    OLD_TIMESTAMP,
    /** A table is full. */
    FULL,
    /** Without the signature that its client must give for now. */
    UNSIGNED,
    /** More often than allowed. */
    TOO_OFTEN,
    /** Nothing is waiting for it. */
    UNASKED,
    /** Not in the state to handle it. */
    NOT_READY;

    /** The name in status and metrics. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
