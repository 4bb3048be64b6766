package dev.bft.watchdog.audit;

import java.util.Map;

/** A JSON object under construction, in one line. */
final class AuditJson {

    private final StringBuilder out = new StringBuilder("{");

    AuditJson number(String name, long value) {
        name(name).append(value);
        return this;
    }

    AuditJson flag(String name, boolean value) {
        name(name).append(value);
        return this;
    }

    AuditJson text(String name, String value) {
        quote(name(name), value);
        return this;
    }

    AuditJson texts(String name, Map<String, String> values) {
        AuditJson inner = new AuditJson();
        values.forEach(inner::text);
        name(name).append(inner);
        return this;
    }

    private StringBuilder name(String name) {
        if (out.length() > 1) {
            out.append(',');
        }
        return quote(out, name).append(':');
    }

    /** Escapes all that is not plain ASCII, so that a terminal may show it as it is. */
    private static StringBuilder quote(StringBuilder out, String text) {
        out.append('"');
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                out.append('\\').append((char) c);
            } else if (c >= ' ' && c <= '~') {
                out.append((char) c);
            } else {
                out.append(String.format("\\u%04x", c));
            }
        });
        return out.append('"');
    }

    @Override
    public String toString() {
        return out + "}";
    }
}
