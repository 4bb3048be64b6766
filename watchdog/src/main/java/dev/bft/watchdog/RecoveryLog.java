package dev.bft.watchdog;

import dev.bft.watchdog.MonitorEvent.RecoverAsked;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** A recovery as it goes on: which steps have passed, when, and who waits for it. */
final class RecoveryLog {

    /** A replica that dies over and over during its recovery adds steps with each boot; the first ones tell enough. */
    private static final int STEPS_MAX = 64;

    private final RecoverAsked asked;
    private final List<RecoveryReport.Step> steps = new ArrayList<>();
    private long lastMillis;
    private boolean accepted;

    RecoveryLog(RecoverAsked asked, long now) {
        this.asked = asked;
        this.lastMillis = now;
    }

    long ticket() {
        return asked.ticket();
    }

    IfNotSaved ifNotSaved() {
        return asked.ifNotSaved();
    }

    List<RecoveryReport.Step> steps() {
        return List.copyOf(steps);
    }

    /** Whether the asker was told that it has begun. */
    boolean isAccepted() {
        return accepted;
    }

    void accept() {
        accepted = true;
    }

    RecoveryReport.Step pass(String name, long now) {
        RecoveryReport.Step step = new RecoveryReport.Step(name, now - lastMillis);
        lastMillis = now;
        if (steps.size() < STEPS_MAX) {
            steps.add(step);
        }
        return step;
    }

    RecoveryReport report(long tick) {
        return report(tick, false);
    }

    RecoveryReport report(long tick, boolean done) {
        return new RecoveryReport(tick, asked.reason(), asked.wallMillis(), done, steps);
    }

    SortedMap<String, String> fields(String result, long tick) {
        SortedMap<String, String> fields = new TreeMap<>();
        fields.put("reason", asked.reason());
        fields.put("result", result);
        fields.put("tick", Long.toString(tick));
        fields.put("total_ms", Long.toString(report(tick).totalMillis()));
        for (RecoveryReport.Step step : steps) {
            fields.merge(step.name() + "_ms", Long.toString(step.millis()), (first, again) -> first + "+" + again);
        }
        return fields;
    }
}
