package dev.bft.keystore;

import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What bft.toml says: a checked whole. Defaults and bounds of the values are in {@link Setting}.
 *
 * @param cluster which cluster it is
 * @param replicas by id, 0 to n-1
 * @param protocol how the replicas agree
 * @param recovery deadlines of a recovery
 * @param isolation what keeps a replica apart from its watchdog
 * @param audit the audit log
 * @param limits what others can make grow
 */
public record ClusterConfig(
        Cluster cluster,
        List<Replica> replicas,
        Protocol protocol,
        Recovery recovery,
        Isolation isolation,
        Audit audit,
        Limits limits) {

    /** The version of the file. */
    public static final int VERSION = 1;

    /** The most replicas: f = 10. */
    public static final int REPLICAS_MAX = 31;

    /** Copies the list. */
    public ClusterConfig {
        replicas = List.copyOf(replicas);
    }

    /**
     * Which service the cluster runs.
     *
     * @param name "kv", "null", or the name of a class in the image
     */
    public record ServiceKind(String name) {
        /** The key-value service. */
        public static final ServiceKind KV = new ServiceKind("kv");

        /** The service that does nothing, for measurements. */
        public static final ServiceKind NULL = new ServiceKind("null");

        private static final Setting SETTING = Setting.of("cluster.service");

        /** What is wrong with this text as the name of a service; empty if nothing is. */
        public static Optional<String> problem(String text) {
            return SETTING.problem(text);
        }

        /** Whether it is none of ours. */
        public boolean isClass() {
            return !equals(KV) && !equals(NULL);
        }
    }

    /** Where votes are before the message that depends on them leaves. */
    public enum Durability {
        /** On disk. */
        DISK,
        /** In memory, and on disk at a save only. */
        MEMORY
    }

    /**
     * Which cluster it is.
     *
     * @param id 32 hex digits
     * @param epoch raised by an operator after a loss beyond f
     * @param n how many replicas
     * @param f how many of them may be faulty; n = 3f+1
     * @param service what it runs
     */
    public record Cluster(String id, int epoch, int n, int f, ServiceKind service) {

        /** The id's 16 bytes. */
        public byte[] idBytes() {
            return HexFormat.of().parseHex(id);
        }
    }

    /**
     * A replica as the others and the clients know it.
     *
     * @param id 0 to n-1
     * @param host a name or an address
     * @param port of its listening socket
     * @param sign verifies what its coprocessor signs
     * @param open seals what only its coprocessor opens
     */
    public record Replica(int id, String host, int port, VerifyKey sign, SealingKey open) {}

    /**
     * How the replicas agree, and how long clients wait.
     *
     * @param checkpointPeriod K
     * @param logSize L
     * @param window W
     * @param batchBytes the most bytes of requests in a batch
     * @param batchRequests the most requests in a batch
     * @param statusPeriod from STATUS to STATUS
     * @param keyRefresh T_k
     * @param viewTimeout how long a backup waits for the primary before it asks for another
     * @param agreedTimeSkew how far a proposed time may be from a replica's own clock
     * @param durability of votes
     * @param clientRetransmit the first wait of a client before it sends again
     * @param clientRetransmitMax the longest such wait
     * @param clientDeadline when a client gives an operation up
     */
    public record Protocol(
            int checkpointPeriod,
            int logSize,
            int window,
            int batchBytes,
            int batchRequests,
            Duration statusPeriod,
            Duration keyRefresh,
            Duration viewTimeout,
            Duration agreedTimeSkew,
            Durability durability,
            Duration clientRetransmit,
            Duration clientRetransmitMax,
            Duration clientDeadline) {}

    /**
     * Deadlines of a recovery.
     *
     * @param saveDeadline how long a replica may take to save before its recovery is refused, or forced
     * @param readyDeadline how long it may take to be ready before that is an alarm
     */
    public record Recovery(Duration saveDeadline, Duration readyDeadline) {}

    /**
     * What keeps a replica apart from its watchdog.
     *
     * @param minimum the level below which a replica is not started; this release knows "none"
     */
    public record Isolation(String minimum) {}

    /**
     * The audit log.
     *
     * @param sync whether each record is on disk before the next is written
     */
    public record Audit(boolean sync) {}

    /**
     * What others can make grow.
     *
     * @param stateBytes the replicated state, fixed at keygen
     * @param sessions the session table
     * @param clients keys of clients held at a time
     * @param frameBytes the longest frame
     * @param frameBytesStranger the longest frame before authentication
     * @param links connections at a time
     * @param heapBytes the heap of a replica
     */
    public record Limits(
            long stateBytes,
            int sessions,
            int clients,
            int frameBytes,
            int frameBytesStranger,
            int links,
            long heapBytes) {

        /** The most connections: a replica's process is given descriptors for so many, and for its files. */
        public static final int LINKS_MAX = 3840;
    }
}
