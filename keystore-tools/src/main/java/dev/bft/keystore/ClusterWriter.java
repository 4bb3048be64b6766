package dev.bft.keystore;

import dev.bft.keystore.ClusterConfig.Cluster;
import dev.bft.keystore.ClusterConfig.Limits;
import dev.bft.keystore.ClusterConfig.Protocol;
import dev.bft.keystore.ClusterConfig.Replica;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Writes the cluster file with a comment beside each key, so that it explains itself. */
final class ClusterWriter {

    private static final List<String> SECTIONS = List.of("protocol", "recovery", "isolation", "audit", "limits");

    private final ClusterConfig config;
    private final Map<String, String> values = new TreeMap<>();
    private final StringBuilder out = new StringBuilder();

    ClusterWriter(ClusterConfig config) {
        this.config = config;
        collect(config.cluster());
        collect(config.protocol());
        collect(config.limits());
        put("recovery.save_deadline", Durations.format(config.recovery().saveDeadline()));
        put("recovery.ready_deadline", Durations.format(config.recovery().readyDeadline()));
        put("isolation.minimum", config.isolation().minimum());
        put("audit.sync", config.audit().sync());
    }

    String text() {
        Cluster cluster = config.cluster();
        out.append("# A bft cluster. No secrets here: every replica and every client holds a copy. See bft.toml(5).\n");
        out.append("# Durations: 250ms 30s 5m 1h. Sizes: 512B 64KiB 2MiB 1GiB. Check with: bft config check\n");
        out.append("version = ").append(ClusterConfig.VERSION).append("\n\n[cluster]\n");
        line("id", "\"" + cluster.id() + "\"", "names the cluster in every message");
        line("n", cluster.n(), "replicas, 3f+1");
        line("f", cluster.f(), "how many of them may be faulty at a time");
        settings("cluster");
        for (Replica replica : config.replicas()) {
            out.append(section(replica));
        }
        for (String section : SECTIONS) {
            out.append("\n[").append(section).append("]\n");
            settings(section);
        }
        return out.toString();
    }

    /** The table of one replica. */
    static String section(Replica replica) {
        return "\n[[replica]]\nid = " + replica.id() + "\nhost = \"" + replica.host() + "\"\nport = " + replica.port()
                + "\nsign = \"" + replica.sign().text() + "\"\nopen = \""
                + replica.open().text() + "\"\n";
    }

    private void settings(String section) {
        for (Setting setting : Setting.all()) {
            if (setting.section().equals(section)) {
                String value = Optional.ofNullable(values.get(setting.path())).orElseThrow();
                line(setting.key(), setting.literal(value), setting.comment());
            }
        }
    }

    private void line(String key, Object value, String comment) {
        out.append(key)
                .append(" = ")
                .append(value)
                .append("  # ")
                .append(comment)
                .append('\n');
    }

    private void collect(Cluster cluster) {
        put("cluster.epoch", cluster.epoch());
        put("cluster.service", cluster.service().name());
    }

    private void collect(Protocol protocol) {
        put("protocol.checkpoint_period", protocol.checkpointPeriod());
        put("protocol.log_size", protocol.logSize());
        put("protocol.window", protocol.window());
        put("protocol.batch_bytes", Sizes.format(protocol.batchBytes()));
        put("protocol.batch_requests", protocol.batchRequests());
        put("protocol.status_period", Durations.format(protocol.statusPeriod()));
        put("protocol.key_refresh", Durations.format(protocol.keyRefresh()));
        put("protocol.view_change_timeout", Durations.format(protocol.viewTimeout()));
        put("protocol.agreed_time_skew", Durations.format(protocol.agreedTimeSkew()));
        put("protocol.durability", Setting.word(protocol.durability()));
        put("protocol.client_retransmit", Durations.format(protocol.clientRetransmit()));
        put("protocol.client_retransmit_max", Durations.format(protocol.clientRetransmitMax()));
        put("protocol.client_deadline", Durations.format(protocol.clientDeadline()));
    }

    private void collect(Limits limits) {
        put("limits.state_bytes", Sizes.format(limits.stateBytes()));
        put("limits.sessions", limits.sessions());
        put("limits.clients", limits.clients());
        put("limits.frame_bytes", Sizes.format(limits.frameBytes()));
        put("limits.frame_bytes_stranger", Sizes.format(limits.frameBytesStranger()));
        put("limits.links", limits.links());
        put("limits.heap_bytes", Sizes.format(limits.heapBytes()));
    }

    private void put(String path, Object value) {
        values.put(path, value.toString());
    }
}
