package dev.bft.keystore;

import dev.bft.keystore.ClusterConfig.Audit;
import dev.bft.keystore.ClusterConfig.Cluster;
import dev.bft.keystore.ClusterConfig.Durability;
import dev.bft.keystore.ClusterConfig.Isolation;
import dev.bft.keystore.ClusterConfig.Limits;
import dev.bft.keystore.ClusterConfig.Protocol;
import dev.bft.keystore.ClusterConfig.Recovery;
import dev.bft.keystore.ClusterConfig.Replica;
import dev.bft.keystore.ClusterConfig.ServiceKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;

/** Turns parsed TOML into a checked {@link ClusterConfig}, or tells everything that is wrong with it. */
final class ClusterReader {

    private static final List<String> CLUSTER_KEYS = List.of("id", "n", "f");
    private static final List<String> TOP_KEYS =
            List.of("version", "cluster", "replica", "protocol", "recovery", "isolation", "audit", "limits");
    private static final int PAGE_BYTES = 4096;
    private static final long FRAME_SPARE_BYTES = 64 << 10;

    private final TomlParseResult toml;
    private final Problems problems;
    private final Map<String, Section> sections = new TreeMap<>();
    private final Map<String, String> values = new TreeMap<>();

    ClusterReader(TomlParseResult toml, Problems problems) {
        this.toml = toml;
        this.problems = problems;
    }

    ClusterConfig read() throws ConfigException {
        checkVersion();
        new Section("the file", toml, null, problems).refuseUnknown(TOP_KEYS);
        TOP_KEYS.stream().skip(1).filter(name -> !name.equals("replica")).forEach(this::openSection);
        for (Setting setting : Setting.all()) {
            values.put(setting.path(), section(setting.section()).value(setting));
        }
        List<Replica> replicas = readReplicas();
        Optional<Cluster> cluster = readCluster(replicas.size());
        if (problems.none()) {
            checkTogether();
        }
        problems.throwIfAny();
        return new ClusterConfig(
                cluster.orElseThrow(),
                replicas,
                readProtocol(),
                new Recovery(duration("recovery.save_deadline"), duration("recovery.ready_deadline")),
                new Isolation(word("isolation.minimum")),
                new Audit(Boolean.parseBoolean(word("audit.sync"))),
                readLimits());
    }

    /** A file of another version is not judged by the rules of this one. */
    private void checkVersion() throws ConfigException {
        Object version = toml.get(List.of("version"));
        if (version == null) {
            problems.line(null, "it has no version; its first line is version = " + ClusterConfig.VERSION);
        } else if (!version.equals((long) ClusterConfig.VERSION)) {
            problems.at(
                    toml.inputPositionOf(List.of("version")),
                    "version " + Section.shown(version.toString()) + " is not known here; this is version "
                            + ClusterConfig.VERSION + ", another release of bft may read it");
        }
        problems.throwIfAny();
    }

    private void openSection(String name) {
        List<String> path = List.of(name);
        if (toml.contains(path) && !toml.isTable(path)) {
            problems.at(toml.inputPositionOf(path), name + " is not a section; write [" + name + "]");
        }
        boolean given = toml.isTable(path);
        Section section = new Section(
                "[" + name + "]",
                given ? toml.getTableOrEmpty(path) : Toml.parse(""),
                given ? toml.inputPositionOf(path) : null,
                problems);
        List<String> known = new ArrayList<>(name.equals("cluster") ? CLUSTER_KEYS : List.of());
        Setting.all().stream().filter(s -> s.section().equals(name)).forEach(s -> known.add(s.key()));
        section.refuseUnknown(known);
        sections.put(name, section);
    }

    private Section section(String name) {
        return Optional.ofNullable(sections.get(name)).orElseThrow();
    }

    private List<Replica> readReplicas() {
        List<String> path = List.of("replica");
        if (!toml.isArray(path)) {
            problems.line(toml.inputPositionOf(path), "it has no [[replica]]; add one for each replica, ids 0 to n-1");
            return List.of();
        }
        TomlArray array = toml.getArrayOrEmpty(path);
        List<Section> tables = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            if (!array.isTable(i)) {
                problems.at(array.inputPositionOf(i), "a replica is a section; write [[replica]]");
                return List.of();
            }
            tables.add(new Section("[[replica]]", array.getTable(i), array.inputPositionOf(i), problems));
        }
        return new ReplicaReader(tables, problems).read();
    }

    private Optional<Cluster> readCluster(int replicaCount) {
        Section section = section("cluster");
        Optional<String> id = section.text("id");
        if (id.isPresent() && !id.get().matches("[0-9a-f]{32}")) {
            section.problem("id", "the id is not 32 lower-case hex digits; copy it from another replica's file");
        }
        OptionalLong n = section.number("n", 1, 1000);
        OptionalLong f = section.number("f", 0, 1000);
        if (n.isEmpty() || f.isEmpty() || id.isEmpty()) {
            return Optional.empty();
        }
        checkCounts(section, n.getAsLong(), f.getAsLong(), replicaCount);
        return Optional.of(new Cluster(
                id.get(),
                count("cluster.epoch"),
                (int) n.getAsLong(),
                (int) f.getAsLong(),
                new ServiceKind(word("cluster.service"))));
    }

    private void checkCounts(Section section, long n, long f, int replicaCount) {
        Optional<String> wrong = ReplicaCount.problem(n);
        if (wrong.isPresent()) {
            problems.line(section.place("n"), wrong.get());
            return;
        }
        if (n != 3 * f + 1) {
            problems.line(section.place("f"), "f = " + f + ", but n = " + n + " makes it " + (n - 1) / 3);
        }
        if (n != replicaCount && problems.none()) {
            problems.line(section.place("n"), "n = " + n + ", but there are " + replicaCount + " [[replica]] sections");
        }
    }

    private void checkTogether() {
        long period = count("protocol.checkpoint_period");
        long log = count("protocol.log_size");
        if (log % period != 0 || log < 2 * period) {
            together(
                    "protocol.log_size",
                    "log_size = " + log + "; it is a multiple of checkpoint_period (" + period + "), at least "
                            + 2 * period);
        }
        if (count("protocol.window") > log) {
            together("protocol.window", "window = " + count("protocol.window") + "; at most log_size, " + log);
        }
        if (number("protocol.client_retransmit") > number("protocol.client_retransmit_max")) {
            together("protocol.client_retransmit", "client_retransmit is longer than client_retransmit_max; swap them");
        }
        if (number("limits.state_bytes") % PAGE_BYTES != 0) {
            together(
                    "limits.state_bytes", "state_bytes = " + word("limits.state_bytes") + "; it is a multiple of 4KiB");
        }
        if (number("protocol.batch_bytes") + FRAME_SPARE_BYTES > number("limits.frame_bytes")) {
            together("limits.frame_bytes", "frame_bytes is less than batch_bytes and 64KiB; raise it");
        }
        if (number("limits.frame_bytes_stranger") > number("limits.frame_bytes")) {
            together("limits.frame_bytes_stranger", "frame_bytes_stranger is more than frame_bytes; lower it");
        }
    }

    private void together(String path, String text) {
        String[] names = path.split("\\.", -1);
        section(names[0]).problem(names[1], text);
    }

    private Protocol readProtocol() {
        return new Protocol(
                count("protocol.checkpoint_period"),
                count("protocol.log_size"),
                count("protocol.window"),
                count("protocol.batch_bytes"),
                count("protocol.batch_requests"),
                duration("protocol.status_period"),
                duration("protocol.key_refresh"),
                duration("protocol.view_change_timeout"),
                duration("protocol.agreed_time_skew"),
                Durability.valueOf(word("protocol.durability").toUpperCase(Locale.ROOT)),
                duration("protocol.client_retransmit"),
                duration("protocol.client_retransmit_max"),
                duration("protocol.client_deadline"));
    }

    private Limits readLimits() {
        return new Limits(
                number("limits.state_bytes"),
                count("limits.sessions"),
                count("limits.clients"),
                count("limits.frame_bytes"),
                count("limits.frame_bytes_stranger"),
                count("limits.links"),
                number("limits.heap_bytes"));
    }

    private String word(String path) {
        return Optional.ofNullable(values.get(path)).orElseThrow();
    }

    private long number(String path) {
        return Setting.of(path).number(word(path)).orElseThrow();
    }

    private int count(String path) {
        return Math.toIntExact(number(path));
    }

    private Duration duration(String path) {
        return Duration.ofNanos(number(path));
    }
}
