package dev.bft.keystore;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** One table of the cluster file, whose values are asked for one by one; what is wrong goes to the problems. */
final class Section {

    private final String title;
    private final TomlTable table;
    private final @Nullable TomlPosition place;
    private final Problems problems;

    Section(String title, TomlTable table, @Nullable TomlPosition place, Problems problems) {
        this.title = title;
        this.table = table;
        this.place = place;
        this.problems = problems;
    }

    /** Refuses every key that is not one of these. */
    void refuseUnknown(Collection<String> known) {
        for (String key : table.keySet()) {
            if (!known.contains(key)) {
                problems.at(place(key), "unknown key '" + shown(key) + "' in " + title + hint(key, known));
            }
        }
    }

    private String hint(String key, Collection<String> known) {
        Optional<String> near = NearMiss.of(key, known);
        if (near.isPresent()) {
            return "; did you mean " + near.get() + "?";
        }
        return Setting.all().stream()
                .filter(setting -> setting.key().equals(key))
                .findFirst()
                .map(setting -> "; it belongs in [" + setting.section() + "]")
                .orElse("; remove it");
    }

    /** A text that must be given. */
    Optional<String> text(String key) {
        Object value = table.get(List.of(key));
        if (value instanceof String text) {
            return Optional.of(text);
        }
        problem(key, value == null ? title + " has no " + key + "; add it" : key + " is not a text; put it in quotes");
        return Optional.empty();
    }

    /** A whole number that must be given. */
    OptionalLong number(String key, long least, long most) {
        Object value = table.get(List.of(key));
        if (value instanceof Long number && number >= least && number <= most) {
            return OptionalLong.of(number);
        }
        String bounds = "; it is a whole number, " + least + " to " + most;
        problem(
                key,
                value == null ? title + " has no " + key + bounds : key + " = " + shown(value.toString()) + bounds);
        return OptionalLong.empty();
    }

    /** The text of a setting's value; its default if it is not given or wrong. */
    String value(Setting setting) {
        Object value = table.get(List.of(setting.key()));
        if (value == null) {
            return setting.initial();
        }
        boolean scalar = value instanceof String || value instanceof Long || value instanceof Boolean;
        String text = value.toString();
        Optional<String> problem = scalar && isQuoted(setting) == value instanceof String
                ? setting.problem(text)
                        .map(whole -> setting.problem(shown(text)).orElse(whole))
                : Optional.of(setting.key() + " is not a value of its kind; write it like "
                        + setting.literal(setting.initial()));
        if (problem.isEmpty()) {
            return text;
        }
        problem(setting.key(), problem.get());
        return setting.initial();
    }

    private static boolean isQuoted(Setting setting) {
        return setting.literal("").length() > 0;
    }

    /** Notes a problem with the value of a key. */
    void problem(String key, String text) {
        problems.at(table.contains(List.of(key)) ? place(key) : place, text);
    }

    @Nullable
    TomlPosition place(String key) {
        return table.inputPositionOf(List.of(key));
    }

    @Nullable
    TomlPosition place() {
        return place;
    }

    List<String> keys() {
        return new ArrayList<>(table.keySet());
    }

    /** Text from a file, fit for a terminal. */
    static String shown(String text) {
        String clean = text.replaceAll("\\p{Cntrl}", "?");
        return clean.length() <= 80 ? clean : clean.substring(0, 80) + "...";
    }
}
