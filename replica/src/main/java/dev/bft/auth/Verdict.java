package dev.bft.auth;

/** What checking a frame's authentication found. */
public enum Verdict {
    /** The MAC for me verifies under the key in force. */
    AUTHENTIC,
    /** There is no MAC for me: the sender holds no key of mine. */
    NO_MAC,
    /** The MAC was made with a key that is not in force: the sender has not got my newest, or replays. */
    STALE_KEY,
    /** The MAC does not verify. */
    FORGED,
    /** The sender is not one that may send this, or is myself. */
    WRONG_SENDER
}
