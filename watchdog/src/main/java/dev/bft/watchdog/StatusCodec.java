package dev.bft.watchdog;

import dev.bft.coprocessor.Frame;
import dev.bft.coprocessor.LocalChannel;
import dev.bft.coprocessor.LocalProtocolException;
import dev.bft.coprocessor.ReplicaReport;
import dev.bft.keystore.BadBytesException;
import dev.bft.keystore.ByteReader;
import dev.bft.keystore.ByteWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The bytes of a watchdog's answers, in the order of their records' components. */
final class StatusCodec {

    private static final int STEPS_MAX = 256;
    private static final int NAME_BYTES_MAX = 256;

    private StatusCodec() {}

    static void write(WatchdogStatus status, ByteWriter out) {
        out.i32(status.replica())
                .u8(status.phase().code())
                .text(status.problem())
                .text(status.isolation())
                .text(status.image())
                .i64(status.bootSeq())
                .i64(status.tick());
        write(status.process(), out);
        write(status.watchdog(), out);
        write(status.coprocessor(), out);
        out.flag(status.claim().isPresent());
        status.claim().map(ReplicaReport::encode).ifPresent(frame -> out.u8(frame.type())
                .bytes(frame.body()));
        out.flag(status.lastRecovery().isPresent());
        status.lastRecovery().ifPresent(report -> write(report, out));
    }

    static WatchdogStatus readStatus(ByteReader in) throws BadBytesException {
        return new WatchdogStatus(
                in.i32(),
                readPhase(in),
                in.text(ControlMessage.TEXT_BYTES_MAX),
                in.text(NAME_BYTES_MAX),
                in.text(NAME_BYTES_MAX),
                in.i64(),
                in.i64(),
                readUse(in),
                readUse(in),
                readUse(in),
                in.flag() ? Optional.of(readClaim(in)) : Optional.empty(),
                in.flag() ? Optional.of(readReport(in)) : Optional.empty());
    }

    static void write(RecoveryReport report, ByteWriter out) {
        out.i64(report.tick())
                .text(report.reason())
                .i64(report.startMillis())
                .flag(report.done())
                .i32(report.steps().size());
        report.steps().forEach(step -> write(step, out));
    }

    static RecoveryReport readReport(ByteReader in) throws BadBytesException {
        long tick = in.i64();
        String reason = in.text(ControlMessage.REASON_BYTES_MAX);
        long startMillis = in.i64();
        boolean done = in.flag();
        int count = in.count(STEPS_MAX);
        List<RecoveryReport.Step> steps = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            steps.add(readStep(in));
        }
        return new RecoveryReport(tick, reason, startMillis, done, steps);
    }

    static void write(RecoveryReport.Step step, ByteWriter out) {
        out.text(step.name()).i64(step.millis());
    }

    static RecoveryReport.Step readStep(ByteReader in) throws BadBytesException {
        return new RecoveryReport.Step(in.text(NAME_BYTES_MAX), in.i64());
    }

    static WatchdogRefusalException.Cause readCause(ByteReader in) throws BadBytesException {
        return WatchdogRefusalException.Cause.ofCode(in.u8())
                .orElseThrow(() -> new BadBytesException("no such cause of a refusal"));
    }

    private static void write(ProcessUse use, ByteWriter out) {
        out.i32(use.pid()).i64(use.rssBytes()).i64(use.pssBytes()).i64(use.cpuMillis());
    }

    private static ProcessUse readUse(ByteReader in) throws BadBytesException {
        return new ProcessUse(in.i32(), in.i64(), in.i64(), in.i64());
    }

    private static ReplicaPhase readPhase(ByteReader in) throws BadBytesException {
        return ReplicaPhase.ofCode(in.u8()).orElseThrow(() -> new BadBytesException("no such phase"));
    }

    private static ReplicaReport.StatusReport readClaim(ByteReader in) throws BadBytesException {
        try {
            Frame frame = new Frame((byte) in.u8(), in.bytes(LocalChannel.BODY_BYTES_MAX));
            if (ReplicaReport.decode(frame) instanceof ReplicaReport.StatusReport claim) {
                return claim;
            }
            throw new BadBytesException("a claim that is no status");
        } catch (LocalProtocolException e) {
            throw new BadBytesException(String.valueOf(e.getMessage()));
        }
    }
}
