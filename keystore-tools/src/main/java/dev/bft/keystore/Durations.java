package dev.bft.keystore;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a length of time is written everywhere: {@code 250ms}, {@code 30s}, {@code 5m}, {@code 1h}. */
public final class Durations {

    private static final Pattern TEXT = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");
    private static final long SECOND = 1000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;

    private Durations() {}

    /** The duration in this text; empty if it is none. */
    public static Optional<Duration> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        return matcher.matches()
                ? Optional.of(Duration.ofMillis(Long.parseLong(matcher.group(1)) * millisOf(matcher.group(2))))
                : Optional.empty();
    }

    /** The text of a duration, in the largest unit that divides it; parts of a millisecond are cut off. */
    public static String format(Duration duration) {
        long millis = duration.toMillis();
        for (String unit : new String[] {"h", "m", "s"}) {
            if (millis != 0 && millis % millisOf(unit) == 0) {
                return millis / millisOf(unit) + unit;
            }
        }
        return millis + "ms";
    }

    private static long millisOf(String unit) {
        return switch (unit) {
            case "h" -> HOUR;
            case "m" -> MINUTE;
            case "s" -> SECOND;
            default -> 1;
        };
    }
}
