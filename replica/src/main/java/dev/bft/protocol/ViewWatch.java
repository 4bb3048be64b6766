package dev.bft.protocol;

import dev.bft.wire.Batch;
import dev.bft.wire.SignedRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * When it is time to leave a view: the oldest request that proved to be its client's waits too long for the primary,
 * a proposal is stuck that nobody can vote for, or a NEW-VIEW does not come (sections 3.4, 4.8, 6.9, amendments AG6, AG7).
 * It only says so.
 */
final class ViewWatch {
    /** A replica not heard for so many status periods does not count as reachable. */
    private static final long SILENT = 3;

    /**
     * A connection that broke and was not made again for so long was no mishap: the process is gone, or the way to it.
     * A primary that is gone is not waited for any longer.
     */
    private static final long GONE = 100_000_000L;

    /** After a cut, connections are made again one by one; the primary's may be the last. */
    private static final long REJOINED = 500_000_000L;

    private static final long STANDS = Long.MAX_VALUE;

    /** Proposals that replicas cannot vote for. */
    interface Stuck {
        /**
         * Time passed in an active view.
         *
         * @param step nanoseconds in which this replica ran
         * @param timeout how long the primary has for a request
         * @return why it is time to leave, if it is
         */
        Optional<String> tick(long step, long timeout);

        /** The view was left. */
        void left();
    }

    private final Node node;
    private final RequestQueue queue;
    private final Stuck stuck;
    private final ViewTimer timer;
    private final long[] heardAt;
    private final long[] brokeAt;
    /** Whether fewer than a quorum are heard, and since when; when that ended, if it had lasted. */
    private boolean alone;
    /** Whether a quorum was ever heard in this life: to boot is no cut. */
    private boolean met;

    private long aloneSince;
    private long lookedAt;
    private long rejoinedAt = Long.MIN_VALUE / 2;
    /** Since the last VIEW-CHANGE fewer than 2f+1 went as far: no time runs. */
    private boolean limbo;

    private List<SignedRequest> late = List.of();
    private long watched = -1;
    /** A head that its client replaced, or forgot, is no progress: only one that was executed starts the timer anew. */
    private long served;

    /**
     * Expiries that do not count yet. The primary waits twice as long as the others, but it waits as well: with one
     * backup alone in a later view it may be one of the f+1 that a view change needs.
     */
    private int patience;

    ViewWatch(Node node, RequestQueue queue, Stuck stuck) {
        this.node = node;
        this.queue = queue;
        this.stuck = stuck;
        this.timer = new ViewTimer(node.settings.viewTimeout(), node.settings.checkpointPeriod());
        this.heardAt = new long[node.replicas()];
        Arrays.fill(heardAt, Long.MIN_VALUE / 2);
        this.brokeAt = new long[node.replicas()];
        Arrays.fill(brokeAt, STANDS);
    }

    /** An authentic message of a replica arrived. */
    void heard(int replica) {
        heardAt[replica] = node.now;
    }

    /** The connection to a replica stands, or broke. */
    void reached(int replica, boolean stands) {
        brokeAt[replica] = stands ? STANDS : Math.min(brokeAt[replica], node.now);
    }

    private boolean isPrimaryGone() {
        return !node.isPrimary() && node.now - brokeAt[node.primary()] >= GONE && node.now - rejoinedAt >= REJOINED;
    }

    /**
     * A batch was executed in an active view. One of a primary that slows down for a replica that fetches is worth the time
     * it may take for it (amendment RC10), unless it is empty: only so many others may pass a request that waits.
     */
    void progress(Batch batch) {
        timer.progress();
        if (!batch.requests().isEmpty()) {
            timer.giveBack(node.pace.patience(node.now));
        }
    }

    /** A view was left; no time runs before 2f+1 went as far. */
    void left() {
        timer.stop();
        stuck.left();
        limbo = true;
    }

    /** A view began. */
    void begun() {
        timer.stop();
        limbo = false;
        watched = -1;
    }

    /** The view proved to be no good: the next one gets more time. */
    void failed() {
        timer.failed();
    }

    /**
     * Time passed.
     *
     * @param fetching whether a state transfer is under way: who is behind cannot judge the primary
     * @param behind whether f+1 correct replicas have executed more than this one
     * @param gone how many replicas left for this view or a later one
     * @return why it is time to leave, if it is
     */
    Optional<String> tick(boolean fetching, boolean behind, int gone) {
        // First: whoever meets the others again in this very moment gives the primary its whole time.
        lookAround();
        boolean expired = timer.tick(node.now);
        late = List.of();
        if (node.isActive()) {
            return active(expired, fetching || behind);
        }
        if (limbo && gone >= node.quorums.strong()) {
            limbo = false;
            timer.start();
        } else if (!limbo && expired) {
            return fetching ? again() : leave("its NEW-VIEW did not come in time");
        }
        return Optional.empty();
    }

    /** What clients showed here, and the primary should have proposed by now: it may not have it. */
    List<SignedRequest> late() {
        return late;
    }

    private Optional<String> active(boolean expired, boolean behind) {
        long oldest = queue.oldestSigned();
        if (behind || alone) {
            node.expectations.startOver();
        } else if (!node.isPrimary()) {
            late = node.expectations.tick(timer.step(), node.pace.patience(node.now), oldest);
        }
        Optional<String> jam = stuck.tick(timer.step(), timer.timeout());
        if (jam.isPresent() && !behind && !alone) {
            // The client's fault and not the primary's: the next view gets no more time for it (AG7).
            return jam;
        }
        if (oldest < 0) {
            timer.stop();
        } else if (!timer.isRunning() || (oldest != watched && served != queue.headsServed())) {
            watched = oldest;
            served = queue.headsServed();
            patience = node.isPrimary() ? 1 : 0;
            timer.start();
        } else if (expired && patience > 0) {
            patience--;
            timer.start();
        } else if (expired || isPrimaryGone()) {
            return behind || alone ? again() : leavePrimary();
        }
        return Optional.empty();
    }

    /**
     * After a cut the timer runs anew: what was lost must be asked for first. A moment of silence is none. Time in
     * which this replica did not run is one: its connections break when it goes on, that of the primary too.
     */
    private void lookAround() {
        boolean wasAlone = alone;
        alone = !hearsQuorum();
        if (alone && !wasAlone) {
            aloneSince = lookedAt;
        } else if (!alone && wasAlone && met && node.now - aloneSince >= REJOINED) {
            rejoinedAt = node.now;
            restart();
        }
        met |= !alone;
        lookedAt = node.now;
    }

    private void restart() {
        if (timer.isRunning()) {
            timer.start();
        }
    }

    private Optional<String> again() {
        timer.start();
        return Optional.empty();
    }

    private Optional<String> leavePrimary() {
        if (isPrimaryGone()) {
            return leave("its primary is gone and a request waits");
        }
        timer.expiredUnder(node.primary(), node.quorums.weak());
        return leave("a request waits");
    }

    private Optional<String> leave(String why) {
        timer.failed();
        return Optional.of(why);
    }

    /** Whether something authentic came from a replica within some status periods. */
    boolean hears(int replica) {
        return heardAt[replica] >= node.now - SILENT * node.settings.statusPeriod();
    }

    /** Whether enough others are there for a new view: alone it is no use to leave. */
    private boolean hearsQuorum() {
        return IntStream.range(0, heardAt.length).filter(this::hears).count() >= node.quorums.prepares();
    }
}
