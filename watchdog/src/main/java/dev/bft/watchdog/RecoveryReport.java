package dev.bft.watchdog;

import java.util.List;

/**
 * One recovery, as far as it has come: its steps and how long each took.
 *
 * @param tick the tick the replica was booted with
 * @param reason why it was asked for
 * @param startMillis wall-clock time of its start, milliseconds since 1970
 * @param steps in order: verified, saved, killed, booted, then what the replica said it passed, last ready
 */
public record RecoveryReport(long tick, String reason, long startMillis, boolean done, List<Step> steps) {

    public RecoveryReport {
        steps = List.copyOf(steps);
    }

    /** Returns the time from the order to the last step. */
    public long totalMillis() {
        return steps.stream().mapToLong(Step::millis).sum();
    }

    /** A step that has passed. */
    public record Step(String name, long millis) {}
}
