package dev.bft.cli;

/** How a command ends, for scripts to go by. */
enum ExitCode {
    /** Done. */
    OK(0, "done"),
    /** A bug of ours, or something that has no code of its own. */
    INTERNAL(1, "internal error, or the service refused"),
    /** The command line was not understood. */
    USAGE(2, "the command line is wrong"),
    /** A file of the cluster is not as it must be. */
    CONFIG(3, "a configuration, key or state file is missing or invalid"),
    /** Nobody answers. */
    UNREACHABLE(4, "cannot reach the replicas or the watchdog"),
    /** It took too long. */
    TIMEOUT(5, "timed out"),
    /** Too few replicas for anything to execute. */
    NO_QUORUM(6, "fewer than 2f+1 replicas are ready: nothing executes"),
    /** It works, and not all replicas do. */
    DEGRADED(7, "degraded: it works, but fewer than n replicas are ready"),
    /** Something is not what its digest, signature or chain says. */
    VERIFICATION(8, "verification failed: the image or the audit log is not what it must be"),
    /** Refused so that no more than f replicas are away at once. */
    INTERLOCK(9, "refused by a safety interlock"),
    /** What was asked for is not there. */
    NOT_FOUND(10, "not found"),
    /** Ended by a signal. */
    INTERRUPTED(130, "interrupted");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    int code() {
        return code;
    }

    /** What it means, for the help. */
    String meaning() {
        return meaning;
    }
}
