package dev.bft.host;

import dev.bft.keystore.ClusterConfig;
import dev.bft.keystore.ClusterConfig.Durability;
import dev.bft.keystore.ClusterFolder;
import dev.bft.keystore.ClusterKeys;
import java.nio.file.Path;

/** A cluster of four for tests: a small state and often a checkpoint. */
final class SmallCluster {
    private SmallCluster() {}

    /** Makes its keys and fresh files. */
    static ClusterConfig make(Path cluster, Durability durability) throws Exception {
        ClusterConfig config = ClusterKeys.create(cluster, ClusterKeys.Plan.local(4), (made, release) -> {});
        for (int i = 0; i < config.cluster().n(); i++) {
            StateFiles.create(
                    new ClusterFolder(cluster).state(i), config.cluster().idBytes(), i);
        }
        return small(config, durability);
    }

    private static ClusterConfig small(ClusterConfig config, Durability durability) {
        ClusterConfig.Protocol p = config.protocol();
        ClusterConfig.Limits l = config.limits();
        return new ClusterConfig(
                config.cluster(),
                config.replicas(),
                new ClusterConfig.Protocol(
                        16,
                        32,
                        p.window(),
                        p.batchBytes(),
                        p.batchRequests(),
                        p.statusPeriod(),
                        p.keyRefresh(),
                        p.viewTimeout(),
                        p.agreedTimeSkew(),
                        durability,
                        p.clientRetransmit(),
                        p.clientRetransmitMax(),
                        p.clientDeadline()),
                config.recovery(),
                config.isolation(),
                config.audit(),
                new ClusterConfig.Limits(
                        4 << 20, 64, l.clients(), l.frameBytes(), l.frameBytesStranger(), l.links(), l.heapBytes()));
    }
}
