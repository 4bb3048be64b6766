package dev.bft.sim;

/** What a faulty replica does in a cluster of real processes beside {@link Behaviour}: what takes time or processors. */
enum Excess {
    /** Votes for nothing. */
    NEVER_VOTING,
    /** Half of what it says, to half of the others each time, has MACs that do not hold. */
    GARBLED_MACS,
    /** Half of what it says, to half of the others each time, is authenticated with the key before. */
    STALE_KEYS,
    /** Proposes late, by so many milliseconds. */
    SLOW_PRIMARY,
    /** Says so many messages more a second, of all types or of one. */
    FLOOD
}
