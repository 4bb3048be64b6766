package dev.bft.cli;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Keys and values as commands print them. */
final class KvText {

    static final byte[] LINE_BREAK = {'\n'};

    private KvText() {}

    /** An object about a key. */
    static Json json(String key) {
        return Json.versioned().put("key", key);
    }

    /** Adds bytes as text, or in base 64 under another name where they are no text. */
    static Json put(Json json, String name, byte[] bytes) {
        return text(bytes)
                .map(text -> json.put(name, text))
                .orElseGet(() -> json.put(name + "_base64", Base64.getEncoder().encodeToString(bytes)));
    }

    /** A key in a line for a person: nothing in it can move the cursor or begin a new line. */
    static String shown(byte[] key) {
        return text(key)
                .map(KvText::shown)
                .orElseGet(() -> "base64:" + Base64.getEncoder().encodeToString(key));
    }

    static String shown(String key) {
        StringBuilder out = new StringBuilder();
        key.codePoints().forEach(c -> {
            if (Character.isISOControl(c)
                    || Character.getType(c) == Character.FORMAT
                    || c == '\u2028'
                    || c == '\u2029') {
                out.append(String.format("\\u%04x", c));
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.toString();
    }

    private static Optional<String> text(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
