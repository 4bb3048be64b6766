package dev.bft.protocol;

/**
 * What a client is told at start; constant for its life. Times are nanoseconds.
 *
 * @param client this client's id, at least the number of replicas
 * @param replicas n = 3f+1
 * @param cluster 16 bytes that name the cluster
 * @param epoch the cluster's epoch
 * @param sessions the operations under way at a time, 1..{@link #SESSIONS_MAX}
 * @param queue the invocations that may wait for a session
 * @param retransmit the time to the first retransmission
 * @param retransmitCap the longest time between two
 * @param keyRefresh the age at which a session key is replaced
 */
public record ClientSettings(
        int client,
        int replicas,
        byte[] cluster,
        int epoch,
        int sessions,
        int queue,
        long retransmit,
        long retransmitCap,
        long keyRefresh) {

    /** The most sessions of one client. */
    public static final int SESSIONS_MAX = 64;

    private static final int QUEUE = 1024;
    private static final long AGE_MAX = 1L << 60;
    private static final long MILLIS = 1_000_000;

    /** Checks what the protocol relies on. */
    public ClientSettings {
        if (replicas < 4 || replicas % 3 != 1) {
            throw new IllegalArgumentException(replicas + " replicas; need 3f+1 with f >= 1");
        }
        if (client < replicas) {
            throw new IllegalArgumentException("client id " + client + " is a replica's; need at least " + replicas);
        }
        if (sessions < 1 || sessions > SESSIONS_MAX) {
            throw new IllegalArgumentException(sessions + " sessions; need 1 to " + SESSIONS_MAX);
        }
        if (queue < 1 || retransmit < MILLIS || retransmitCap < retransmit) {
            throw new IllegalArgumentException("need queue >= 1 and 1 ms <= retransmit <= retransmitCap");
        }
        if (keyRefresh < retransmitCap || keyRefresh > AGE_MAX) {
            throw new IllegalArgumentException("need retransmitCap <= keyRefresh <= 2^60 ns");
        }
    }

    /** The usual settings with one session. */
    public static ClientSettings of(int client, int replicas, byte[] cluster, int epoch) {
        return new ClientSettings(
                client, replicas, cluster, epoch, 1, QUEUE, 150 * MILLIS, 1_000 * MILLIS, 60_000 * MILLIS);
    }

    /** The same with so many sessions. */
    public ClientSettings withSessions(int count) {
        return new ClientSettings(
                client, replicas, cluster, epoch, count, queue, retransmit, retransmitCap, keyRefresh);
    }

    /** The same with room for so many waiting invocations. */
    public ClientSettings withQueue(int count) {
        return new ClientSettings(
                client, replicas, cluster, epoch, sessions, count, retransmit, retransmitCap, keyRefresh);
    }

    /** The same with these times. */
    public ClientSettings withTimes(long first, long cap, long refresh) {
        return new ClientSettings(client, replicas, cluster, epoch, sessions, queue, first, cap, refresh);
    }
}
