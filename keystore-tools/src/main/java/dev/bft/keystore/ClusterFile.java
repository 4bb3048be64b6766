package dev.bft.keystore;

import dev.bft.keystore.ClusterConfig.Cluster;
import dev.bft.keystore.ClusterConfig.Replica;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;

/** The cluster file, bft.toml: read with every problem told at once, and written with comments. It holds no secrets. */
public final class ClusterFile {

    /** Its name in the cluster folder. */
    public static final String NAME = "bft.toml";

    /** The longest cluster file. */
    public static final int BYTES_MAX = 256 << 10;

    private ClusterFile() {}

    /** Reads a cluster file. */
    public static ClusterConfig load(Path file) throws ConfigException {
        byte[] bytes =
                SafeFiles.readBounded(file, BYTES_MAX, "give the cluster folder with -c, or make one with bft keygen");
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return parse(file.toString(), text);
        } catch (CharacterCodingException e) {
            throw new ConfigException(file + ": it is not UTF-8 text; restore it from a copy", e);
        }
    }

    /** Reads the text of a cluster file; the name is for the messages. */
    public static ClusterConfig parse(String name, String text) throws ConfigException {
        TomlParseResult toml = Toml.parse(text);
        Problems problems = new Problems(name);
        for (TomlParseError error : toml.errors()) {
            String message = String.valueOf(error.getMessage());
            problems.at(error.position(), message.contains("previously defined") ? message + "; remove one" : message);
        }
        problems.throwIfAny();
        return new ClusterReader(toml, problems).read();
    }

    /** A cluster with every setting at its default. */
    static ClusterConfig initial(Cluster cluster, List<Replica> replicas) throws ConfigException {
        StringBuilder text = new StringBuilder("version = " + ClusterConfig.VERSION);
        text.append("\n[cluster]\nid = \"" + cluster.id() + "\"\nepoch = " + cluster.epoch() + "\nn = " + cluster.n());
        text.append(
                "\nf = " + cluster.f() + "\nservice = \"" + cluster.service().name() + "\"\n");
        for (Replica replica : replicas) {
            text.append(ClusterWriter.section(replica));
        }
        return parse(NAME, text.toString());
    }

    /** The text of a cluster file. */
    public static String text(ClusterConfig config) {
        return new ClusterWriter(config).text();
    }

    /** Writes a new cluster file; an existing one is not touched. */
    public static void save(ClusterConfig config, Path file) throws IOException {
        SafeFiles.create(file, text(config).getBytes(StandardCharsets.UTF_8), "rw-r--r--");
    }
}
