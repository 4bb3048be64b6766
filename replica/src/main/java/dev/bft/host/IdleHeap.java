package dev.bft.host;

import java.util.function.LongSupplier;

/**
 * Gives back to the host what a load has left on the heap. The collector of a replica does that only when it collects
 * everything, and it does not until the heap is full. Here it is asked to, once after each load, when hardly anything
 * has come in for some seconds: that takes some tens of milliseconds, and the replicas of a cluster do it one after
 * another.
 */
final class IdleHeap {
    /** So long hardly anything came in; and so much longer for each replica before this one. Nanoseconds. */
    private static final long IDLE = 3_000_000_000L;

    private static final long APART = 1_000_000_000L;

    /** Frames in a second: those of a cluster that nobody uses are fewer. */
    private static final long FEW = 200;

    private static final long SECOND = 1_000_000_000L;

    private final long wait;
    private final LongSupplier committed;
    private final Runnable collect;
    private final long atStart;
    private boolean loaded;
    private long quietSince;
    private long countedAt;
    private long counted;

    /**
     * Nothing has come in yet; to start a process is a load, too.
     *
     * @param committed bytes of memory that the heap has now
     * @param collect collects everything
     */
    IdleHeap(int replica, LongSupplier committed, Runnable collect, long now) {
        this.wait = IDLE + replica * APART;
        this.committed = committed;
        this.collect = collect;
        this.atStart = committed.getAsLong();
        this.loaded = true;
        this.quietSince = now;
        this.countedAt = now;
    }

    /** To be called often; {@code frames} is how many have come in since the start. */
    void look(long now, long frames) {
        if (now - countedAt >= SECOND) {
            if (frames - counted > FEW) {
                loaded = true;
                quietSince = now;
            }
            counted = frames;
            countedAt = now;
        }
        if (loaded && now - quietSince >= wait) {
            loaded = false;
            if (committed.getAsLong() > atStart) {
                collect.run();
            }
        }
    }
}
