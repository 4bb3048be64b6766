package dev.bft.watchdog;

import dev.bft.watchdog.MonitorAction.Answer;
import dev.bft.watchdog.MonitorEvent.RecoverAsked;
import dev.bft.watchdog.WatchdogRefusalException.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** The recovery in progress, of which there is at most one, and the last one that ended. */
final class Recoveries {

    private Optional<RecoveryLog> current = Optional.empty();
    private Optional<RecoveryReport> last = Optional.empty();

    boolean isActive() {
        return current.isPresent();
    }

    Optional<RecoveryReport> report(long tick) {
        return current.map(log -> log.report(tick)).or(() -> last);
    }

    void begin(RecoverAsked asked, long now) {
        current = Optional.of(new RecoveryLog(asked, now));
    }

    /** Whether one is in progress that needs the replica's save. */
    boolean needsSave() {
        return current.filter(log -> log.ifNotSaved() == IfNotSaved.REFUSE).isPresent();
    }

    /** Tells the asker, once, that it has begun, and which steps have passed. */
    List<MonitorAction> accept() {
        List<MonitorAction> told = new ArrayList<>();
        current.filter(log -> !log.isAccepted()).ifPresent(log -> {
            log.accept();
            told.add(new Answer(log.ticket(), new ControlMessage.Accepted()));
            log.steps().forEach(step -> told.add(new Answer(log.ticket(), new ControlMessage.Step(step))));
        });
        return told;
    }

    /** Notes a step and tells the asker, who hears nothing before {@link #accept}. */
    List<MonitorAction> pass(String name, long now) {
        if (current.isEmpty()) {
            return List.of();
        }
        RecoveryLog log = current.get();
        RecoveryReport.Step step = log.pass(name, now);
        return log.isAccepted() ? List.of(new Answer(log.ticket(), new ControlMessage.Step(step))) : List.of();
    }

    /** Refuses a recovery that has not begun; one that has begun goes on. */
    List<MonitorAction> refuse(Cause cause, String why) {
        Optional<RecoveryLog> refused = current.filter(log -> !log.isAccepted());
        if (refused.isPresent()) {
            current = Optional.empty();
        }
        return refused.stream()
                .map(log -> (MonitorAction) new Answer(log.ticket(), new ControlMessage.Refused(cause, why)))
                .toList();
    }

    /** Refuses it because the replica did not save in time. */
    List<MonitorAction> refuseUnsaved(String why) {
        return refuse(
                Cause.LATE,
                why + "; the replica is as it was: try again, or give --force and it is killed and loses its votes");
    }

    /** What the audit log is told of the recovery as it stands. */
    SortedMap<String, String> fields(String result, long tick) {
        return current.orElseThrow().fields(result, tick);
    }

    /** Ends the recovery and tells the asker. */
    MonitorAction end(boolean recovered, long tick) {
        RecoveryLog log = current.orElseThrow();
        RecoveryReport report = log.report(tick, recovered);
        last = Optional.of(report);
        current = Optional.empty();
        return new Answer(log.ticket(), new ControlMessage.Finished(report));
    }
}
