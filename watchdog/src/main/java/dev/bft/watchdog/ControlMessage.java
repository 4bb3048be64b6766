package dev.bft.watchdog;

import dev.bft.coprocessor.Frame;
import dev.bft.coprocessor.LocalProtocolException;
import dev.bft.coprocessor.LocalText;
import dev.bft.keystore.BadBytesException;
import dev.bft.keystore.ByteReader;
import dev.bft.keystore.ByteWriter;

/** What passes over a watchdog's control socket, in frames: one request, then its answers. */
sealed interface ControlMessage {

    /** The longest reason in characters. */
    int REASON_LENGTH_MAX = 256;

    /** The longest reason in UTF-8. */
    int REASON_BYTES_MAX = 4 * REASON_LENGTH_MAX;

    /** The longest text of an answer. */
    int TEXT_BYTES_MAX = 8192;

    /** Asks for {@link Status}. */
    record StatusAsked() implements ControlMessage {}

    /** Asks for a recovery: {@link Accepted} or {@link Refused}, then every {@link Step}, then {@link Finished}. */
    record RecoverAsked(String reason, IfNotSaved ifNotSaved) implements ControlMessage {

        /** Cuts what is too long: a recovery is not refused for its reason. */
        public RecoverAsked {
            reason = LocalText.cut(reason, REASON_LENGTH_MAX);
        }
    }

    /** Asks the watchdog to stop its replica and itself: {@link Accepted}, then {@link Stopped}. */
    record StopAsked() implements ControlMessage {}

    /** Asks for another primary than this replica: {@link Accepted} or {@link Refused}. */
    record HandOverAsked() implements ControlMessage {}

    /** Tells that an operator puts the interlock aside, and why: {@link Accepted}. */
    record Overridden(String reason) implements ControlMessage {

        /** Cuts what is too long, as with a recovery. */
        public Overridden {
            reason = LocalText.cut(reason, REASON_LENGTH_MAX);
        }
    }

    /** What the watchdog knows. */
    record Status(WatchdogStatus status) implements ControlMessage {}

    /** It has begun. */
    record Accepted() implements ControlMessage {}

    /** A step of the recovery has passed. */
    record Step(RecoveryReport.Step step) implements ControlMessage {}

    /** The recovery is over. */
    record Finished(RecoveryReport report) implements ControlMessage {}

    /** It will not be done. */
    record Refused(WatchdogRefusalException.Cause cause, String text) implements ControlMessage {}

    /** The replica is proved dead; the watchdog ends with this. */
    record Stopped() implements ControlMessage {}

    /** The frame of this message. */
    default Frame encode() {
        ByteWriter out = new ByteWriter();
        byte type = 0;
        if (this instanceof StatusAsked) {
            type = 1;
        } else if (this instanceof RecoverAsked asked) {
            type = 2;
            out.text(asked.reason).flag(asked.ifNotSaved == IfNotSaved.KILL);
        } else if (this instanceof StopAsked) {
            type = 3;
        } else if (this instanceof Status answer) {
            type = 4;
            StatusCodec.write(answer.status, out);
        } else if (this instanceof Accepted) {
            type = 5;
        } else if (this instanceof Step passed) {
            type = 6;
            StatusCodec.write(passed.step, out);
        } else if (this instanceof Finished finished) {
            type = 7;
            StatusCodec.write(finished.report, out);
        } else if (this instanceof Refused refused) {
            type = 8;
            out.u8(refused.cause.code()).text(refused.text);
        } else if (this instanceof Stopped) {
            type = 9;
        } else if (this instanceof HandOverAsked) {
            type = 10;
        } else if (this instanceof Overridden overridden) {
            type = 11;
            out.text(overridden.reason);
        }
        return new Frame(type, out.toBytes());
    }

    /** The message in a frame. */
    static ControlMessage decode(Frame frame) throws LocalProtocolException {
        ByteReader in = new ByteReader(frame.body());
        try {
            ControlMessage message = read(frame.type(), in);
            in.end();
            return message;
        } catch (BadBytesException e) {
            throw new LocalProtocolException("a control message of type " + frame.type() + ": " + e.getMessage());
        }
    }

    private static ControlMessage read(byte type, ByteReader in) throws BadBytesException {
        return switch (type) {
            case 1 -> new StatusAsked();
            case 2 -> new RecoverAsked(in.text(REASON_BYTES_MAX), in.flag() ? IfNotSaved.KILL : IfNotSaved.REFUSE);
            case 3 -> new StopAsked();
            case 4 -> new Status(StatusCodec.readStatus(in));
            case 5 -> new Accepted();
            case 6 -> new Step(StatusCodec.readStep(in));
            case 7 -> new Finished(StatusCodec.readReport(in));
            case 8 -> new Refused(StatusCodec.readCause(in), in.text(TEXT_BYTES_MAX));
            case 9 -> new Stopped();
            case 10 -> new HandOverAsked();
            case 11 -> new Overridden(in.text(REASON_BYTES_MAX));
            default -> throw new BadBytesException("no message has this type");
        };
    }
}
