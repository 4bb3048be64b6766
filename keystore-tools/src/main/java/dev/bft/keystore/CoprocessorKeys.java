package dev.bft.keystore;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The private keys of one replica, which only its coprocessor reads; the file has mode 0600.
 *
 * @param clusterId 32 hex digits
 * @param replica the replica's id
 * @param sign signs statements
 * @param open opens session keys
 */
public record CoprocessorKeys(String clusterId, int replica, SigningKey sign, OpeningKey open) {

    /** The key file's name in the coprocessor's folder. */
    public static final String NAME = "key";

    private static final String HEADER = "bft coprocessor key 1";

    /** Reads the keys from a coprocessor's folder; refuses a file that others may read. */
    public static CoprocessorKeys load(Path folder) throws ConfigException {
        Path file = folder.resolve(NAME);
        byte[] bytes = SafeFiles.readSecret(
                file, KeyedLines.BYTES_MAX, "restore it from a copy, or make a new cluster with bft keygen");
        KeyedLines lines = KeyedLines.of(file, bytes, HEADER);
        CoprocessorKeys keys = new CoprocessorKeys(
                lines.next("cluster", KeyedLines::clusterId),
                lines.next("replica", KeyedLines::id),
                lines.next("sign", SigningKey::parse),
                lines.next("open", OpeningKey::parse));
        lines.end();
        return keys;
    }

    /** Writes a new key file into a coprocessor's folder. */
    public void save(Path folder) throws IOException {
        List<String> lines = List.of(
                "cluster " + clusterId, "replica " + replica, "sign " + sign.secretText(), "open " + open.secretText());
        SafeFiles.create(folder.resolve(NAME), KeyedLines.bytes(HEADER, lines), SafeFiles.SECRET_MODE);
    }
}
