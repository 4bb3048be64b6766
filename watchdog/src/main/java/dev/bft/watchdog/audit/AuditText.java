package dev.bft.watchdog.audit;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The bounds of what a record may say. Whatever is beyond them is cut, so that no fact is lost for its length. */
final class AuditText {

    static final int KIND_CHARS_MAX = 32;
    static final int NAME_CHARS_MAX = 40;
    static final int VALUE_BYTES_MAX = 1024;
    static final int FIELDS_MAX = 32;

    /** Beyond the largest record that these bounds allow. */
    static final int RECORD_BYTES_MAX = 64 << 10;

    private static final Pattern KIND = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9._-]{0,39}");

    private AuditText() {}

    static boolean isKind(String kind) {
        return KIND.matcher(kind).matches();
    }

    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** The kind itself, or the nearest word that is one. */
    static String kind(String kind) {
        return isKind(kind) ? kind : word(kind, "[^a-z0-9-]", KIND_CHARS_MAX);
    }

    /** The fields themselves, or as many of them and as much of each as fits. */
    static SortedMap<String, String> fields(Map<String, String> fields) {
        TreeMap<String, String> kept = new TreeMap<>();
        for (Map.Entry<String, String> field : new TreeMap<>(fields).entrySet()) {
            String name = field.getKey();
            String clean = isName(name) ? name : word(name, "[^a-z0-9._-]", NAME_CHARS_MAX);
            if (kept.size() < FIELDS_MAX) {
                kept.putIfAbsent(clean, value(field.getValue()));
            }
        }
        return kept;
    }

    /** The longest beginning of the text that fits; what is no text at all becomes a question mark. */
    static String value(String text) {
        CharsetEncoder encoder = StandardCharsets.UTF_8
                .newEncoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
        ByteBuffer room = ByteBuffer.allocate(VALUE_BYTES_MAX);
        // Stops before the first character that does not fit whole.
        encoder.encode(CharBuffer.wrap(text), room, true);
        return new String(room.array(), 0, room.position(), StandardCharsets.UTF_8);
    }

    /** Text from a record, fit for a terminal: nothing in it can move the cursor or begin a new line. */
    static String shown(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (isHarmless(c)) {
                out.appendCodePoint(c);
            } else {
                out.append(String.format("\\u%04x", c));
            }
        });
        return out.toString();
    }

    private static boolean isHarmless(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    private static String word(String text, String others, int max) {
        String word = text.toLowerCase(Locale.ROOT).replaceAll(others, "-");
        String begun = word.isEmpty() || word.charAt(0) < 'a' || word.charAt(0) > 'z' ? "x" + word : word;
        return begun.length() <= max ? begun : begun.substring(0, max);
    }
}
