package dev.bft.keystore;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The text format of key files: a first line that names what the file is, then lines of a name and a value in a
 * fixed order. No value is ever repeated in a message, since it may be a secret.
 */
final class KeyedLines {

    static final int BYTES_MAX = 16 << 10;

    private final Path file;
    private final List<String> lines;
    private int at;

    private KeyedLines(Path file, List<String> lines) {
        this.file = file;
        this.lines = lines;
    }

    /** The lines of a file that begins with this header. */
    static KeyedLines of(Path file, byte[] bytes, String header) throws ConfigException {
        String text = new String(bytes, StandardCharsets.US_ASCII);
        if (!text.endsWith("\n")) {
            throw new ConfigException(file + ": it is cut off; restore it from a copy");
        }
        List<String> lines = Arrays.asList(text.substring(0, text.length() - 1).split("\n", -1));
        if (!lines.get(0).equals(header)) {
            throw new ConfigException(file + ":1: the first line is not '" + header + "'; this is another file");
        }
        KeyedLines keyed = new KeyedLines(file, lines);
        keyed.at = 1;
        return keyed;
    }

    /** The value of the next line, which must have this name. */
    <T> T next(String name, Function<String, Optional<T>> value) throws ConfigException {
        Optional<T> read = at < lines.size() && lines.get(at).startsWith(name + " ")
                ? value.apply(lines.get(at).substring(name.length() + 1))
                : Optional.empty();
        at++;
        return read.orElseThrow(
                () -> new ConfigException(file + ":" + at + ": no valid '" + name + "' here; restore it from a copy"));
    }

    /** Checks that no line is left. */
    void end() throws ConfigException {
        if (at != lines.size()) {
            throw new ConfigException(file + ":" + (at + 1) + ": a line too many; restore it from a copy");
        }
    }

    /** The bytes of such a file. */
    static byte[] bytes(String header, List<String> lines) {
        return (header + "\n" + String.join("\n", lines) + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    static Optional<Integer> id(String text) {
        return text.matches("0|[1-9][0-9]{0,8}") ? Optional.of(Integer.valueOf(text)) : Optional.empty();
    }

    static Optional<String> clusterId(String text) {
        return text.matches("[0-9a-f]{32}") ? Optional.of(text) : Optional.empty();
    }
}
