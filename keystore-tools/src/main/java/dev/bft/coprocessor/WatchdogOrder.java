package dev.bft.coprocessor;

import dev.bft.keystore.ByteWriter;

/** What a watchdog tells its replica. */
public sealed interface WatchdogOrder {

    /** Save what the next boot needs, bound to the tick of that boot, and answer {@link ReplicaReport.SaveDone}. */
    record Save(long nextTick) implements WatchdogOrder {}

    /** End the process in good order. */
    record Stop() implements WatchdogOrder {}

    /** Answer {@link ReplicaReport.StatusReport}. */
    record StatusAsked() implements WatchdogOrder {}

    /** Move the view to another primary if this replica is the primary. */
    record HandOver() implements WatchdogOrder {}

    /** The frame of this order. */
    default Frame encode() {
        if (this instanceof Save save) {
            return new Frame((byte) 1, new ByteWriter().i64(save.nextTick).toBytes());
        }
        int type = this instanceof Stop ? 2 : this instanceof StatusAsked ? 3 : 4;
        return new Frame((byte) type, new byte[0]);
    }

    /** The order in a frame. */
    static WatchdogOrder decode(Frame frame) throws LocalProtocolException {
        return switch (frame.type()) {
            case 1 -> FrameBody.decode(frame, in -> new Save(in.number()));
            case 2 -> FrameBody.decode(frame, in -> new Stop());
            case 3 -> FrameBody.decode(frame, in -> new StatusAsked());
            case 4 -> FrameBody.decode(frame, in -> new HandOver());
            default -> throw new LocalProtocolException("no order has type " + frame.type());
        };
    }
}
