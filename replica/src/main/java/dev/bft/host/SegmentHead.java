package dev.bft.host;

import dev.bft.wire.Cluster;
import dev.bft.wire.In;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Out;

/**
 * The first record of a segment of the vote log.
 *
 * @param owner whose it is
 * @param tick the tick it is bound to: a log of a tick that the boot does not take is none (amendment RC3)
 * @param boot the boot that wrote it
 * @param fresh whether it was made by keygen: nothing was ever voted
 * @param base the bytes that were on disk before the segment got its name; a break there is no torn tail
 */
record SegmentHead(Owner owner, long tick, long boot, boolean fresh, long base) {
    /** The number of bytes. */
    static final int BYTES = Cluster.ID_BYTES + 4 + 8 + 8 + 1 + 8;

    byte[] toBytes() {
        return new Out(BYTES)
                .fixed(owner.cluster())
                .i32(owner.replica())
                .i64(tick)
                .i64(boot)
                .flag(fresh)
                .i64(base)
                .toBytes();
    }

    static SegmentHead read(byte[] bytes) throws MalformedException {
        In in = new In(bytes);
        Owner owner = new Owner(in.fixed(Cluster.ID_BYTES), in.i32());
        SegmentHead head = new SegmentHead(owner, in.i64(), in.i64(), in.flag(), in.number());
        in.end();
        return head;
    }
}
