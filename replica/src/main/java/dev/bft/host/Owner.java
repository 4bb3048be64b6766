package dev.bft.host;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * Whose files these are.
 *
 * @param cluster the 16 bytes that name the cluster
 * @param replica the replica's id
 */
record Owner(byte[] cluster, int replica) {
    @Override
    public boolean equals(Object other) {
        return other instanceof Owner o && replica == o.replica && Arrays.equals(cluster, o.cluster);
    }

    @Override
    public int hashCode() {
        return 31 * replica + Arrays.hashCode(cluster);
    }

    @Override
    public String toString() {
        return "replica " + replica + " of cluster " + HexFormat.of().formatHex(cluster);
    }
}
