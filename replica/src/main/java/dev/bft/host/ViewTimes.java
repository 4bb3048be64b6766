package dev.bft.host;

import dev.bft.protocol.Fact;
import java.util.Optional;
import java.util.OptionalLong;

/** How long this replica is without a view each time, by the host's clock: the core's moves in ticks. */
final class ViewTimes {
    private static final double MILLISECOND = 1e6;

    private OptionalLong leftAt = OptionalLong.empty();
    private long changes;
    private long lastNanos;

    /** Notes a fact; what is to be said of it if it is about a view. */
    Optional<String> tell(Fact fact, long now) {
        if (fact instanceof Fact.ViewLeft left) {
            leftAt = leftAt.isPresent() ? leftAt : OptionalLong.of(now);
            return Optional.of("left view " + left.view() + " for " + left.next() + ": " + left.why());
        }
        if (fact instanceof Fact.ViewEntered entered) {
            return Optional.of(entered(entered, now));
        }
        return Optional.empty();
    }

    /** After a boot a view may begin that no view was left for. */
    private String entered(Fact.ViewEntered entered, long now) {
        String text = "view " + entered.view() + " begins, primary " + entered.primary();
        if (leftAt.isEmpty()) {
            return text;
        }
        changes++;
        lastNanos = now - leftAt.getAsLong();
        leftAt = OptionalLong.empty();
        return text + ", " + Math.round(lastNanos / MILLISECOND * 10) / 10.0 + " ms after the last was left";
    }

    /** View changes since the boot. */
    long changes() {
        return changes;
    }

    /** From leaving a view to the beginning of the next, the last time, nanoseconds; 0 if there was none. */
    long lastNanos() {
        return lastNanos;
    }
}
