package dev.bft.watchdog;

/** What becomes of a recovery whose replica does not save in time. Without its save it has no votes after the boot. */
public enum IfNotSaved {
    /** The replica is left as it was. */
    REFUSE,
    /** It is killed all the same: an operator insists. */
    KILL
}
