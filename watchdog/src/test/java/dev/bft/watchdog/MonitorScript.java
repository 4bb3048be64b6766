package dev.bft.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.coprocessor.ReplicaReport;
import dev.bft.watchdog.MonitorAction.Answer;
import dev.bft.watchdog.MonitorAction.Audit;
import dev.bft.watchdog.MonitorEvent.Died;
import dev.bft.watchdog.MonitorEvent.ImageAccepted;
import dev.bft.watchdog.MonitorEvent.RecoverAsked;
import dev.bft.watchdog.MonitorEvent.Reported;
import dev.bft.watchdog.MonitorEvent.Spawned;
import dev.bft.watchdog.MonitorEvent.Started;
import dev.bft.watchdog.MonitorEvent.TimePassed;
import dev.bft.watchdog.WatchdogRefusalException.Cause;
import dev.bft.watchdog.sandbox.Exit;
import java.util.List;
import java.util.TreeMap;

/** A monitor of a replica that was booted six times and recovered three, and its time: events in, actions out. */
final class MonitorScript {

    static final MonitorSettings SETTINGS = MonitorSettings.of(5_000, 120_000);
    static final Exit KILLED = new Exit(true, 9);
    static final Exit FAILED = new Exit(false, 1);
    static final String DIGEST = "d1";

    private static final long NONE_YET = 6;

    private final Monitor monitor = new Monitor(SETTINGS, new BootNumbers(NONE_YET, 3));
    private long now = 1_000;
    private long boot = NONE_YET;

    long now() {
        return now;
    }

    void at(long millis) {
        now = millis;
    }

    void pass(long millis) {
        now += millis;
    }

    void awaitDeadline() {
        now = monitor.wakeAt();
    }

    /** How long it waits. */
    long waits() {
        return monitor.wakeAt() - now;
    }

    long wakeAt() {
        return monitor.wakeAt();
    }

    MonitorView view() {
        return monitor.view();
    }

    /** The boot whose process is spoken of. */
    long current() {
        return boot;
    }

    void follow(long next) {
        boot = next;
    }

    List<MonitorAction> step(MonitorEvent event) {
        return monitor.step(event, now);
    }

    /** What is done but the audit records. */
    List<MonitorAction> doing(MonitorEvent event) {
        return step(event).stream().filter(action -> !(action instanceof Audit)).toList();
    }

    List<Audit> audits(MonitorEvent event) {
        return step(event).stream()
                .filter(Audit.class::isInstance)
                .map(Audit.class::cast)
                .toList();
    }

    void assertPhase(ReplicaPhase phase) {
        assertThat(monitor.view().phase()).isEqualTo(phase);
    }

    /** Starts the first process, which has said nothing yet. */
    void launch() {
        doing(new Started());
        boot = NONE_YET + 1;
        doing(new ImageAccepted(boot, DIGEST));
        doing(new Spawned(boot, 100));
    }

    /** Starts a process that is ready: the first, or the next after a death. */
    void boot() {
        if (boot == NONE_YET) {
            launch();
            doing(new Reported(boot, new ReplicaReport.Ready(boot)));
        } else {
            reboot();
        }
    }

    void reboot() {
        relaunch();
        doing(new Reported(boot, new ReplicaReport.Ready(boot)));
    }

    /** Starts the next process after a death; it is not ready yet. */
    void relaunch() {
        now = Math.max(now, monitor.wakeAt() == Long.MAX_VALUE ? now : monitor.wakeAt());
        doing(new TimePassed());
        boot = monitor.view().numbers().boot();
        doing(new ImageAccepted(boot, DIGEST));
        doing(new Spawned(boot, 100));
    }

    /** Returns how long it waits then. */
    long die() {
        doing(new Died(boot, FAILED));
        return waits();
    }

    /** Boots, and asks for a recovery whose save comes too late. */
    void missSave() {
        boot();
        doing(ask(1));
        doing(new ImageAccepted(8, DIGEST));
        now += SETTINGS.save();
        doing(new TimePassed());
    }

    void killForRecovery() {
        doing(ask(1));
        doing(new ImageAccepted(8, DIGEST));
        doing(saved(4));
        doing(new Died(7, KILLED));
    }

    MonitorEvent progress(String word) {
        return new Reported(boot, new ReplicaReport.Progress(word));
    }

    MonitorEvent saved(long tick) {
        return new Reported(boot, new ReplicaReport.SaveDone(tick, true));
    }

    MonitorEvent status(long executed) {
        return new Reported(
                boot, new ReplicaReport.StatusReport("ready", 0, executed, 0, "", 0, false, 0, 0, 0, new TreeMap<>()));
    }

    static MonitorEvent ask(long ticket) {
        return new RecoverAsked(ticket, "drill", IfNotSaved.REFUSE, 1);
    }

    static MonitorAction accepted(long ticket) {
        return new Answer(ticket, new ControlMessage.Accepted());
    }

    static MonitorAction stepped(String name, long millis) {
        return new Answer(1, new ControlMessage.Step(new RecoveryReport.Step(name, millis)));
    }

    static MonitorAction refused(long ticket, Cause cause, String why) {
        return new Answer(ticket, new ControlMessage.Refused(cause, why));
    }
}
