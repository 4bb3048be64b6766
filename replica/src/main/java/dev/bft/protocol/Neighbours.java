package dev.bft.protocol;

import java.util.Optional;
import java.util.TreeMap;

/**
 * Who is at the other end of each link, and how much of what it sends is of no use here (11-A6): what was dropped, for
 * whatever reason, counts once, and once more for every 4 KiB. Who sends more of that than it may is not listened to
 * for a second.
 *
 * <p>Each replica and each client may send 4,000 such frames at once and 1,000 a second, over whatever links; a replica
 * four more for each batch that is executed, here or by another correct one: its votes are late when it is slow, and are
 * all of no use to a replica that has fallen behind. A link on which nobody proved to be
 * anybody may bring 64, and beyond that what is left of 4,000 at once and 1,000 a second that all such links share.
 */
final class Neighbours {
    /** Nanoseconds for which a node that floods is not listened to. */
    static final long PAUSE = 1_000_000_000L;

    private static final long GAP = 1_000_000L;
    private static final int BURST = 4_000;
    private static final int LATE_VOTES = 4;
    private static final int STRANGE = 64;
    private static final int WEIGHT = 4096;
    private static final int LINKS = 1024;

    /** A node that floods is reported again after so many nanoseconds. */
    private static final long REPORTED = 10_000_000_000L;

    private final int replicas;
    private final TreeMap<Long, Integer> byLink = new TreeMap<>();
    private final TreeMap<Integer, Share> known = new TreeMap<>();
    private final TreeMap<Long, TokenBucket> strange = new TreeMap<>();
    private long executed;
    private final TokenBucket strangers = new TokenBucket(GAP, BURST);

    /** What one node may still send for nothing. */
    private static final class Share {
        final TokenBucket useless = new TokenBucket(GAP, BURST);
        long reportedAt = Long.MIN_VALUE / 2;
    }

    Neighbours(int replicas) {
        this.replicas = replicas;
    }

    /** Of whom something authentic came on a link: a replica, or a client. */
    Optional<Integer> on(long link) {
        return Optional.ofNullable(byLink.get(link));
    }

    /** Something authentic of this node came on a link; true if it is the first. */
    boolean trust(long link, int who) {
        if (byLink.size() >= LINKS && !byLink.containsKey(link)) {
            byLink.clear();
        }
        strange.remove(link);
        return byLink.putIfAbsent(link, who) == null;
    }

    /**
     * A correct replica executed up to here, this one or another: what is said of these batches comes, or came, whether it
     * is of use here or not.
     */
    void executed(long seqno) {
        long batches = Math.min(BURST, seqno - executed);
        for (int i = 0; i < replicas && batches > 0; i++) {
            share(i).useless.earn((int) (LATE_VOTES * batches));
        }
        executed = Math.max(executed, seqno);
    }

    /** A frame of no use came on a link; whether it was one too many. */
    boolean isTooMuch(long link, int bytes, long now) {
        int weight = 1 + bytes / WEIGHT;
        return on(link).map(who -> !share(who).useless.take(now, weight))
                .orElseGet(() -> !own(link).take(now, weight) && !strangers.take(now, weight));
    }

    /** Whether it is time to report that a node floods; taken as done. */
    boolean takeReport(int who, long now) {
        Share share = share(who);
        boolean due = now - share.reportedAt >= REPORTED;
        share.reportedAt = due ? now : share.reportedAt;
        return due;
    }

    private Share share(int who) {
        if (known.size() >= LINKS && !known.containsKey(who)) {
            known.tailMap(replicas, true).clear();
        }
        return known.computeIfAbsent(who, w -> new Share());
    }

    private TokenBucket own(long link) {
        if (strange.size() >= LINKS && !strange.containsKey(link)) {
            strange.clear();
        }
        return strange.computeIfAbsent(link, l -> new TokenBucket(PAUSE, STRANGE));
    }
}
