package dev.bft.protocol;

/** The bytes of the batches that a log holds: kept as they come and go, for it is asked at each proposal. */
final class Weight {
    private long bytes;

    void add(long more) {
        bytes += more;
        Invariant.check(bytes >= 0, "a log holds no less than nothing");
    }

    long bytes() {
        return bytes;
    }
}
