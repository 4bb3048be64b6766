package dev.bft.keystore;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a number of bytes is written: {@code 512B}, {@code 64KiB}, {@code 2MiB}, {@code 1GiB}. */
public final class Sizes {

    private static final Pattern TEXT = Pattern.compile("([0-9]{1,9})(B|KiB|MiB|GiB)");

    private Sizes() {}

    /** The number of bytes in this text; empty if it is none. */
    public static OptionalLong parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        return matcher.matches()
                ? OptionalLong.of(Long.parseLong(matcher.group(1)) << shiftOf(matcher.group(2)))
                : OptionalLong.empty();
    }

    /** The text of a number of bytes, in the largest unit that divides it. */
    public static String format(long bytes) {
        for (String unit : new String[] {"GiB", "MiB", "KiB"}) {
            int shift = shiftOf(unit);
            if (bytes != 0 && bytes >> shift << shift == bytes) {
                return (bytes >> shift) + unit;
            }
        }
        return bytes + "B";
    }

    private static int shiftOf(String unit) {
        return switch (unit) {
            case "GiB" -> 30;
            case "MiB" -> 20;
            case "KiB" -> 10;
            default -> 0;
        };
    }
}
