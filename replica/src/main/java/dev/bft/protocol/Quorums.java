package dev.bft.protocol;

/**
 * The sizes of quorums for n = 3f+1 replicas (section 0.4).
 *
 * @param replicas n
 */
record Quorums(int replicas) {
    Quorums {
        if (replicas < 4 || replicas % 3 != 1) {
            throw new IllegalArgumentException(replicas + " replicas; need 3f+1 with f >= 1");
        }
    }

    /** f: the most faulty replicas at a time. */
    int faulty() {
        return (replicas - 1) / 3;
    }

    /** 2f+1: any two such sets share a correct replica. */
    int strong() {
        return 2 * faulty() + 1;
    }

    /** f+1: at least one of them is correct. */
    int weak() {
        return faulty() + 1;
    }

    /** 2f: the PREPAREs beside the PRE-PREPARE in a prepared certificate. */
    int prepares() {
        return 2 * faulty();
    }
}
