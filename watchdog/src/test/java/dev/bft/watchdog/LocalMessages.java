package dev.bft.watchdog;

import dev.bft.coprocessor.Frame;
import dev.bft.coprocessor.LocalChannel;
import dev.bft.coprocessor.ReplicaReport;
import dev.bft.watchdog.WatchdogRefusalException.Cause;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** One of each message that a watchdog reads from an operator or from its replica, as the bytes of its frame. */
final class LocalMessages {

    private LocalMessages() {}

    /** What passes over the control socket. */
    static List<byte[]> control() {
        RecoveryReport.Step step = new RecoveryReport.Step("verify", 12);
        RecoveryReport report = new RecoveryReport(4, "drill", 5, true, List.of(step, step));
        ProcessUse use = new ProcessUse(4711, 1 << 20, 1 << 19, 77);
        Optional<ReplicaReport.StatusReport> claim = Optional.of(claim());
        WatchdogStatus status = new WatchdogStatus(
                2, ReplicaPhase.READY, "", "none", "d1", 7, 4, use, use, use, claim, Optional.of(report));
        return Stream.of(
                        new ControlMessage.StatusAsked(),
                        new ControlMessage.RecoverAsked("drill", IfNotSaved.KILL),
                        new ControlMessage.StopAsked(),
                        new ControlMessage.Status(status),
                        new ControlMessage.Accepted(),
                        new ControlMessage.Step(step),
                        new ControlMessage.Finished(report),
                        new ControlMessage.Refused(Cause.BUSY, "a recovery is in progress"),
                        new ControlMessage.Stopped(),
                        new ControlMessage.HandOverAsked(),
                        new ControlMessage.Overridden("drill"))
                .map(ControlMessage::encode)
                .map(LocalMessages::bytes)
                .toList();
    }

    /** What passes over fd 1 of a replica. */
    static List<byte[]> reports() {
        return Stream.of(
                        new ReplicaReport.Ready(9),
                        new ReplicaReport.Progress("keys"),
                        new ReplicaReport.SaveDone(3, true),
                        new ReplicaReport.Claim("key-refresh", "counter 7"),
                        claim())
                .map(ReplicaReport::encode)
                .map(LocalMessages::bytes)
                .toList();
    }

    private static ReplicaReport.StatusReport claim() {
        TreeMap<String, Long> metrics = new TreeMap<>(Map.of("queued", 1L, "sessions", 2L));
        return new ReplicaReport.StatusReport("active", 1, 42, 40, "abcd", 1, false, 9, 0, 1 << 20, metrics);
    }

    private static byte[] bytes(Frame frame) {
        return LocalChannel.encode(frame).array();
    }
}
