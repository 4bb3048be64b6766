package dev.bft.wire;

/**
 * Which cluster a frame belongs to; part of every header and so of every MAC.
 *
 * @param id 16 bytes
 * @param epoch raised by an operator after a loss beyond f (amendment RC3)
 */
public record Cluster(byte[] id, int epoch) {
    /** The length of the id. */
    public static final int ID_BYTES = 16;

    /** Checks the length of the id. */
    public Cluster {
        if (id.length != ID_BYTES) {
            throw new IllegalArgumentException("a cluster id has 16 bytes");
        }
        id = id.clone();
    }
}
