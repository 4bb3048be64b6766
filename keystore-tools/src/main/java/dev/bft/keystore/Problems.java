package dev.bft.keystore;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlPosition;

/** What is wrong with a file: every problem with its place, told in the order of the file. */
final class Problems {

    private static final Comparator<Problem> BY_PLACE =
            Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column);

    private final String file;
    private final List<Problem> found = new ArrayList<>();

    /** A problem; line and column begin at 1, and 0 stands for the whole file or the whole line. */
    private record Problem(int line, int column, String text) {}

    Problems(String file) {
        this.file = file;
    }

    /** A value is wrong: the place is its line and column. */
    void at(@Nullable TomlPosition place, String text) {
        Optional<TomlPosition> known = Optional.ofNullable(place);
        found.add(new Problem(
                known.map(TomlPosition::line).orElse(0),
                known.map(TomlPosition::column).orElse(0),
                text));
    }

    /** Parts of the file do not fit together: the place is a line. */
    void line(@Nullable TomlPosition place, String text) {
        found.add(new Problem(Optional.ofNullable(place).map(TomlPosition::line).orElse(0), 0, text));
    }

    boolean none() {
        return found.isEmpty();
    }

    void throwIfAny() throws ConfigException {
        if (!found.isEmpty()) {
            throw new ConfigException(
                    found.stream().sorted(BY_PLACE).map(this::text).toList());
        }
    }

    private String text(Problem problem) {
        String line = problem.line == 0 ? "" : ":" + problem.line;
        String column = problem.column == 0 ? "" : ":" + problem.column;
        return file + line + column + ": " + problem.text;
    }
}
