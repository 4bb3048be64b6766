package dev.bft.protocol;

/** How many bytes of batches the log may hold: it is on the heap, and K batches of 1 MiB are more than that holds. */
final class LogRoom {
    /** Between two checkpoints; the primary fills up the rest with null batches. */
    private static final long EPOCH_BYTES = 16L << 20;

    /** A log that a correct primary never fills; whatever a faulty one proposes beyond it is not taken. */
    private static final long LOG_BYTES = 3 * EPOCH_BYTES;

    private final Log log;
    private final Incomplete incomplete;
    private final long period;

    LogRoom(Log log, Incomplete incomplete, Settings settings) {
        this.log = log;
        this.incomplete = incomplete;
        this.period = settings.checkpointPeriod();
    }

    /** Whether the primary proposes null batches now, up to the next checkpoint. */
    boolean isEpochFull(long seqno) {
        return log.bytes() >= EPOCH_BYTES && log.bytesAbove((seqno - 1) / period * period) >= EPOCH_BYTES;
    }

    /** Never a null batch: a NEW-VIEW may have brought more than the bound, and only a checkpoint takes it away again. */
    boolean isTooMuch(int bytes) {
        return bytes > 0 && log.bytes() + incomplete.bytes() + bytes > LOG_BYTES;
    }
}
