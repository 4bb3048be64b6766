package dev.bft.watchdog;

/** What a {@link Monitor} waits for. */
enum Stage {
    /** A copy of the image; no process. */
    PREPARING,
    /** A process. */
    SPAWNING,
    /** What the process does; see {@link Life}. */
    RUNNING,
    /** A copy of the image, while the old process goes on. */
    CHECKING,
    /** The process's word that it saved. */
    SAVING,
    /** Its end, after an order. */
    ENDING,
    /** The proof of its death. */
    KILLING,
    /** The same, for too long. */
    STUCK,
    /** A second look at the copy; no process. */
    VERIFYING,
    /** The time to try again; no process. */
    WAITING,
    /** Nothing, for ever. */
    STOPPED;

    /** Returns what people are told of it when nothing else is to be said. */
    ReplicaPhase phase() {
        return switch (this) {
            case STOPPED -> ReplicaPhase.STOPPED;
            case STUCK -> ReplicaPhase.STUCK;
            case WAITING, KILLING -> ReplicaPhase.DOWN;
            default -> ReplicaPhase.BOOTING;
        };
    }
}
