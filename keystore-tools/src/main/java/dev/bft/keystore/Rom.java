package dev.bft.keystore;

import dev.bft.keystore.ClusterConfig.Replica;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The read-only memory of a replica: the public keys by which it knows everybody else, kept apart from the cluster
 * file so that a changed bft.toml cannot change who is who.
 *
 * @param clusterId 32 hex digits
 * @param root verifies credentials and revocations
 * @param release verifies images
 * @param replicas by id
 */
public record Rom(String clusterId, VerifyKey root, VerifyKey release, List<Keys> replicas) {

    /** The file of the principals in a ROM folder. */
    public static final String NAME = "principals";

    private static final String HEADER = "bft principals 1";
    private static final String READ_ONLY = "r--r--r--";

    /** Copies the list. */
    public Rom {
        replicas = List.copyOf(replicas);
    }

    /**
     * The public keys of a replica's coprocessor.
     *
     * @param sign verifies its statements
     * @param open seals session keys for it
     */
    public record Keys(VerifyKey sign, SealingKey open) {}

    /** Reads the principals in a ROM folder. */
    public static Rom load(Path folder) throws ConfigException {
        Path file = folder.resolve(NAME);
        byte[] bytes = SafeFiles.readBounded(
                file, KeyedLines.BYTES_MAX, "restore it from another replica's rom folder: they are equal");
        KeyedLines lines = KeyedLines.of(file, bytes, HEADER);
        String clusterId = lines.next("cluster", KeyedLines::clusterId);
        VerifyKey root = lines.next("root", VerifyKey::parse);
        VerifyKey release = lines.next("release", VerifyKey::parse);
        int n = lines.next("n", text -> KeyedLines.id(text)
                .filter(count -> ReplicaCount.problem(count).isEmpty()));
        List<Keys> replicas = new ArrayList<>();
        for (int id = 0; id < n; id++) {
            replicas.add(lines.next("replica " + id, Rom::parse));
        }
        lines.end();
        return new Rom(clusterId, root, release, replicas);
    }

    /** Writes the principals into a ROM folder, read-only. */
    public void save(Path folder) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("cluster " + clusterId);
        lines.add("root " + root.text());
        lines.add("release " + release.text());
        lines.add("n " + replicas.size());
        for (int id = 0; id < replicas.size(); id++) {
            Keys keys = replicas.get(id);
            lines.add("replica " + id + " " + keys.sign.text() + " " + keys.open.text());
        }
        SafeFiles.create(folder.resolve(NAME), KeyedLines.bytes(HEADER, lines), READ_ONLY);
    }

    /** Checks that a cluster file means the same cluster and the same keys. */
    public void check(ClusterConfig config) throws ConfigException {
        if (!config.cluster().id().equals(clusterId)) {
            throw new ConfigException("bft.toml is of cluster "
                    + config.cluster().id() + ", the ROM of " + clusterId + "; put the right bft.toml there");
        }
        if (config.replicas().size() != replicas.size()) {
            throw new ConfigException("bft.toml has " + config.replicas().size() + " replicas, the ROM "
                    + replicas.size() + "; put the right bft.toml there");
        }
        for (Replica replica : config.replicas()) {
            Keys keys = replicas.get(replica.id());
            checkKey(replica.id(), "sign", keys.sign.equals(replica.sign()));
            checkKey(replica.id(), "open", keys.open.equals(replica.open()));
        }
    }

    private static void checkKey(int id, String name, boolean same) throws ConfigException {
        if (!same) {
            throw new ConfigException("replica " + id + ": '" + name
                    + "' in bft.toml is not the key in the ROM; restore bft.toml, somebody changed it");
        }
    }

    private static Optional<Keys> parse(String text) {
        String[] words = text.split(" ", -1);
        if (words.length != 2) {
            return Optional.empty();
        }
        return VerifyKey.parse(words[0])
                .flatMap(sign -> SealingKey.parse(words[1]).map(open -> new Keys(sign, open)));
    }
}
