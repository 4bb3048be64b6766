package dev.bft.protocol;

/**
 * What a replica is told at start; constant for the life of the process. Times are nanoseconds.
 *
 * @param replica this replica's id, 0..n-1
 * @param replicas n = 3f+1
 * @param cluster 16 bytes that name the cluster
 * @param epoch the cluster's epoch, raised only by an operator after a loss beyond f (amendment RC3)
 * @param checkpointPeriod K, batches from checkpoint to checkpoint
 * @param logSize L, a multiple of K and at least 2K
 * @param window W, batches proposed beyond the last executed one
 * @param batchBytes the most bytes of requests in a batch (one larger request may stand alone)
 * @param batchRequests the most requests in a batch
 * @param statusPeriod between two STATUS messages
 * @param keyRefresh T_k
 * @param durable whether votes reach the disk before the message that depends on them (disk) or not (memory)
 * @param sessions the size of the session table
 * @param clients the most keys of clients held at a time
 * @param viewTimeout how long a backup waits for the primary when all is well (section 4.8)
 * @param timeSkew how far a proposed time may be from the own clock (amendment RC7)
 * @param haltAt the seqno whose batch is not executed here, because it killed this replica twice (decisions 9)
 */
public record Settings(
        int replica,
        int replicas,
        byte[] cluster,
        int epoch,
        long checkpointPeriod,
        long logSize,
        int window,
        int batchBytes,
        int batchRequests,
        long statusPeriod,
        long keyRefresh,
        boolean durable,
        int sessions,
        int clients,
        long viewTimeout,
        long timeSkew,
        long haltAt) {
    /** Every batch is executed. */
    public static final long HALT_NOWHERE = Long.MAX_VALUE;
}
