package dev.bft.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the JSON that commands print: objects as maps in their order, lists, texts, numbers, flags, null as "null". */
final class JsonReader {

    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    /** The object in one line. */
    static Map<String, Object> object(String line) {
        JsonReader reader = new JsonReader(line.strip());
        Map<String, Object> object = reader.readObject();
        if (reader.at != reader.text.length()) {
            throw new IllegalArgumentException("more than one object: " + line);
        }
        return object;
    }

    /** The number that stands under a name; -1 if none does. */
    static long number(Map<String, Object> of, String name) {
        return (Long) of.getOrDefault(name, -1L);
    }

    /** The objects in a list that stands under a name. */
    @SuppressWarnings("unchecked") // Whoever asks knows that the list holds objects.
    static List<Map<String, Object>> objects(Map<String, Object> of, String name) {
        return (List<Map<String, Object>>) of.getOrDefault(name, List.of());
    }

    /** The object that stands under a name. */
    @SuppressWarnings("unchecked") // Whoever asks knows that it is an object.
    static Map<String, Object> objectIn(Map<String, Object> of, String name) {
        return (Map<String, Object>) of.getOrDefault(name, Map.of());
    }

    private Object readValue() {
        char c = text.charAt(at);
        if (c == '{') {
            return readObject();
        }
        if (c == '[') {
            return readList();
        }
        if (c == '"') {
            return readText();
        }
        int start = at;
        while (at < text.length() && ",]}".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String word = text.substring(start, at);
        if (word.equals("null")) {
            return word;
        }
        if (word.equals("true") || word.equals("false")) {
            return Boolean.valueOf(word);
        }
        return word.contains(".") ? (Object) Double.valueOf(word) : (Object) Long.valueOf(word);
    }

    private Map<String, Object> readObject() {
        Map<String, Object> object = new LinkedHashMap<>();
        expect('{');
        while (text.charAt(at) != '}') {
            String name = readText();
            expect(':');
            object.put(name, readValue());
            skipComma();
        }
        expect('}');
        return object;
    }

    private List<Object> readList() {
        List<Object> list = new ArrayList<>();
        expect('[');
        while (text.charAt(at) != ']') {
            list.add(readValue());
            skipComma();
        }
        expect(']');
        return list;
    }

    private String readText() {
        StringBuilder out = new StringBuilder();
        expect('"');
        while (text.charAt(at) != '"') {
            char c = text.charAt(at++);
            if (c == '\\') {
                char escaped = text.charAt(at++);
                if (escaped == 'u') {
                    out.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
                    at += 4;
                } else {
                    out.append(escaped);
                }
            } else {
                out.append(c);
            }
        }
        expect('"');
        return out.toString();
    }

    private void skipComma() {
        if (text.charAt(at) == ',') {
            at++;
        }
    }

    private void expect(char c) {
        if (text.charAt(at) != c) {
            throw new IllegalArgumentException(c + " expected at " + at + " of " + text);
        }
        at++;
    }
}
