package dev.bft.cli;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A JSON object under construction, in one line of ASCII. */
final class Json {

    private static final int VERSION = 1;

    private final StringBuilder out = new StringBuilder("{");

    /** An object that begins with the version of what commands print. */
    static Json versioned() {
        return new Json().put("v", VERSION);
    }

    Json put(String name, long value) {
        name(name).append(value);
        return this;
    }

    Json put(String name, boolean value) {
        name(name).append(value);
        return this;
    }

    Json put(String name, String value) {
        quote(name(name), value);
        return this;
    }

    Json put(String name, Json value) {
        name(name).append(value);
        return this;
    }

    Json put(String name, List<Json> values) {
        name(name).append('[');
        for (int i = 0; i < values.size(); i++) {
            out.append(i == 0 ? "" : ",").append(values.get(i));
        }
        out.append(']');
        return this;
    }

    Json putStrings(String name, List<String> values) {
        name(name).append('[');
        for (int i = 0; i < values.size(); i++) {
            quote(out.append(i == 0 ? "" : ","), values.get(i));
        }
        out.append(']');
        return this;
    }

    /** A number with as many decimals as are worth reading. */
    Json put(String name, double value, int decimals) {
        name(name).append(Figures.decimal(value, decimals));
        return this;
    }

    Json put(String name, OptionalInt value) {
        name(name).append(value.isPresent() ? String.valueOf(value.getAsInt()) : "null");
        return this;
    }

    Json put(String name, OptionalLong value) {
        name(name).append(value.isPresent() ? String.valueOf(value.getAsLong()) : "null");
        return this;
    }

    /** The object, or null. */
    Json put(String name, Optional<Json> value) {
        name(name).append(value.map(Json::toString).orElse("null"));
        return this;
    }

    private StringBuilder name(String name) {
        out.append(out.length() == 1 ? "" : ",");
        quote(out, name);
        return out.append(':');
    }

    private static void quote(StringBuilder to, String text) {
        to.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                to.append('\\').append(c);
            } else if (c < 0x20 || c > 0x7e) {
                to.append(String.format("\\u%04x", (int) c));
            } else {
                to.append(c);
            }
        }
        to.append('"');
    }

    @Override
    public String toString() {
        return out + "}";
    }
}
