package dev.bft.sim;

import dev.bft.protocol.Fact;
import java.util.List;

/**
 * The agreed time of each batch (4.2, amendment RC7): later than every one before, and never ahead of the clocks of all
 * correct replicas by more than they allow.
 */
final class AgreedTimes {
    private long last;
    /** The latest that any correct replica's clock ever was. */
    private long latest;

    void clock(long wallMicros) {
        latest = Math.max(latest, wallMicros);
    }

    /** These operations were executed, in one batch. */
    void executed(List<Fact.Executed> operations) {
        if (operations.isEmpty()) {
            return;
        }
        Fact.Executed first = operations.get(0);
        long time = first.timeMicros();
        Violation.unless(
                operations.stream().allMatch(o -> o.timeMicros() == time),
                "agreed-time",
                () -> "seqno " + first.seqno() + " has more than one time");
        Violation.unless(
                time > last, "agreed-time", () -> "seqno " + first.seqno() + " is of " + time + ", after " + last);
        Violation.unless(
                time <= latest + Plan.TIME_SKEW / Plan.MICROS,
                "agreed-time",
                () -> "seqno " + first.seqno() + " is of " + time + ", and no clock is later than " + latest);
        last = time;
    }
}
