package dev.bft.keystore;

import dev.bft.keystore.ClusterConfig.Replica;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.tomlj.TomlPosition;

/** Reads the [[replica]] tables: each well-formed, no two the same. */
final class ReplicaReader {

    private static final List<String> KEYS = List.of("id", "host", "port", "sign", "open");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,252}|[0-9a-fA-F:.]{2,45}");
    private static final int PORT_MAX = 65535;

    private final List<Section> tables;
    private final Problems problems;
    private final Map<String, String> taken = new TreeMap<>();

    ReplicaReader(List<Section> tables, Problems problems) {
        this.tables = tables;
        this.problems = problems;
    }

    /** The replicas by id; fewer than tables if something is wrong. */
    List<Replica> read() {
        if (tables.size() > ClusterConfig.REPLICAS_MAX) {
            problems.line(
                    tables.get(ClusterConfig.REPLICAS_MAX).place(),
                    ReplicaCount.problem(tables.size()).orElseThrow());
            return List.of();
        }
        List<Replica> replicas = new ArrayList<>();
        for (Section table : tables) {
            table.refuseUnknown(KEYS);
            read(table).ifPresent(replicas::add);
        }
        replicas.sort(Comparator.comparingInt(Replica::id));
        return replicas;
    }

    private Optional<Replica> read(Section table) {
        // Ids are 0 to n-1 as there are n tables and no two share one.
        OptionalLong id = table.number("id", 0, tables.size() - 1);
        Optional<String> host = table.text("host").filter(h -> checkHost(table, h));
        OptionalLong port = table.number("port", 1, PORT_MAX);
        Optional<VerifyKey> sign = table.text("sign").flatMap(VerifyKey::parse);
        Optional<SealingKey> open = table.text("open").flatMap(SealingKey::parse);
        if (sign.isEmpty() && table.keys().contains("sign")) {
            table.problem("sign", "sign is no public key; copy it from another replica's file (ed25519:...)");
        }
        if (open.isEmpty() && table.keys().contains("open")) {
            table.problem("open", "open is no public key; copy it from another replica's file (x25519:...)");
        }
        if (id.isEmpty() || host.isEmpty() || port.isEmpty() || sign.isEmpty() || open.isEmpty()) {
            return Optional.empty();
        }
        Replica replica = new Replica((int) id.getAsLong(), host.get(), (int) port.getAsLong(), sign.get(), open.get());
        boolean alone = isAlone(table, "id", "id " + replica.id())
                && isAlone(table, "port", "address " + replica.host() + " port " + replica.port())
                && isAlone(table, "sign", "signing key " + replica.sign().fingerprint())
                && isAlone(table, "open", "opening key " + replica.open().fingerprint());
        return alone ? Optional.of(replica) : Optional.empty();
    }

    static boolean isHost(String text) {
        return HOST.matcher(text).matches();
    }

    private static boolean checkHost(Section table, String host) {
        boolean good = isHost(host);
        if (!good) {
            table.problem("host", "host = \"" + Section.shown(host) + "\" is no host name or address");
        }
        return good;
    }

    /** Two replicas with one address or one key would be one replica that counts twice. */
    private boolean isAlone(Section table, String key, String what) {
        String line = String.valueOf(
                Optional.ofNullable(table.place(key)).map(TomlPosition::line).orElse(0));
        Optional<String> first = Optional.ofNullable(taken.putIfAbsent(what, line));
        first.ifPresent(other ->
                table.problem(key, "two replicas with " + what + "; the first is in line " + other + ", change one"));
        return first.isEmpty();
    }
}
