package dev.bft.cli;

import dev.bft.cli.bench.CompilerTime;
import dev.bft.cli.bench.Histogram;
import dev.bft.cli.bench.Pinger;
import dev.bft.cli.bench.WarmUp;
import dev.bft.coprocessor.ReplicaReport.StatusReport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/**
 * Moves the view round the ring of replicas by hand-overs: in a cluster that nobody has used yet, then past a client, and
 * before that once more while nothing happens, with what the client has left in the logs. Before each the cluster is
 * warmed up, as far as there is time.
 */
final class ViewChangeBench {

    private static final String METRIC = "last_view_change_us";
    private static final long MICRO = 1000;
    private static final long SECOND = 1_000_000_000;
    private static final long PAUSE_MILLIS = 100;
    /** For so long nobody asks the watchdogs anything when a client's wait is measured. */
    private static final long QUIET_MILLIS = 300;

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Watchdogs watchdogs;
    private final int handOvers;
    private final Consumer<String> progress;
    private final Histogram unused = new Histogram();
    private final Histogram used = new Histogram();
    private final Histogram client = new Histogram();
    private final Histogram undisturbed = new Histogram();
    private ClusterView now;
    private long firstMicros;
    private boolean warm = true;

    /** @param progress told what is being done */
    ViewChangeBench(Watchdogs watchdogs, int handOvers, Consumer<String> progress)
            throws IOException, InterruptedException {
        this.watchdogs = watchdogs;
        this.now = watchdogs.view();
        this.handOvers = handOvers;
        this.progress = progress;
    }

    /** How long each replica was without a view while nothing had ever been asked of the cluster. */
    Histogram unused() {
        return unused;
    }

    /** The same while nothing was asked of it, with batches in the logs since the last stable checkpoint. */
    Histogram used() {
        return used;
    }

    /** The longest wait of a client, of each hand-over. */
    Histogram client() {
        return client;
    }

    /** The same in as many times without a hand-over. */
    Histogram undisturbed() {
        return undisturbed;
    }

    /** The longest that a replica was without a view in the very first hand-over, microseconds. */
    long firstMicros() {
        return firstMicros;
    }

    /** Whether the compilers of the replicas were seen to rest before all that was measured but the first. */
    boolean warm() {
        return warm;
    }

    /** The very first hand-over is told apart; the rest follows when hand-overs are warm. */
    void unusedCluster() throws CommandException, IOException, InterruptedException {
        progress.accept("the first hand-over");
        handOver();
        firstMicros = gapsMicros().max().orElse(0);
        warmUp("idle", 0);
        idle("unused", unused);
    }

    /** In a cluster that a client has used. */
    void usedCluster() throws CommandException, IOException, InterruptedException {
        warmUp("idle", 0);
        idle("idle", used);
    }

    /** Hands over past a client until that is warm. */
    void warmUp() throws CommandException, IOException, InterruptedException {
        warmUp("past a client", PAUSE_MILLIS);
    }

    /** Hands over until the compilers of the replicas have come to rest. */
    private void warmUp(String what, long pauseMillis) throws CommandException, IOException, InterruptedException {
        List<Long> pids = now.members().stream()
                .flatMap(member -> member.status().stream())
                .map(status -> (long) status.process().pid())
                .toList();
        warm &= WarmUp.<CommandException>atRest(2L * handOvers, new CompilerTime(pids)::read, second -> {
            progress.accept("warming up, " + what + ", second " + second);
            long begun = System.nanoTime();
            do {
                handOver(pauseMillis);
            } while (System.nanoTime() - begun < SECOND);
        });
    }

    /** How long each replica in the view was without one, by its own word. */
    private LongStream gapsMicros() {
        long view = now.view().orElse(-1);
        return now.members().stream()
                .flatMap(member -> member.claim().stream())
                .filter(claim -> isIn(claim, view))
                .mapToLong(claim -> claim.metrics().getOrDefault(METRIC, 0L));
    }

    private void idle(String name, Histogram replicas) throws CommandException, IOException, InterruptedException {
        for (int i = 1; i <= handOvers; i++) {
            progress.accept("hand-over " + i + " of " + handOvers + ", " + name);
            handOver();
            gapsMicros().forEach(micros -> replicas.add(micros * MICRO));
        }
    }

    void past(Pinger pinger) throws CommandException, IOException, InterruptedException {
        for (int i = 1; i <= handOvers; i++) {
            progress.accept("hand-over " + i + " of " + handOvers + ", past a client");
            Thread.sleep(PAUSE_MILLIS);
            pinger.worstNanos();
            Thread.sleep(QUIET_MILLIS);
            undisturbed.add(pinger.worstNanos());
            new HandOver(watchdogs).start(now);
            Thread.sleep(QUIET_MILLIS);
            client.add(Math.max(pinger.worstNanos(), untilOver(pinger)));
        }
    }

    /** Waits for the end of a hand-over that takes longer than is usual; the longest wait of the client meanwhile. */
    private long untilOver(Pinger pinger) throws CommandException, IOException, InterruptedException {
        ClusterView after = watchdogs.view();
        if (isOver(after, now.view().orElse(0))) {
            now = after;
            return 0;
        }
        follow();
        return pinger.worstNanos();
    }

    private void handOver() throws CommandException, IOException, InterruptedException {
        handOver(PAUSE_MILLIS);
    }

    /** After a pause hands over once, and waits until the replicas are in the next view. */
    private void handOver(long pauseMillis) throws CommandException, IOException, InterruptedException {
        Thread.sleep(pauseMillis);
        new HandOver(watchdogs).start(now);
        follow();
    }

    /** Waits until the watchdogs say that the replicas are in a view after the last one. */
    private void follow() throws CommandException, IOException, InterruptedException {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        long old = now.view().orElse(0);
        do {
            if (System.nanoTime() - deadline > 0) {
                throw new CommandException(ExitCode.TIMEOUT, "a replica does not follow into the next view");
            }
            Thread.sleep(PAUSE_MILLIS);
            now = watchdogs.view();
        } while (!isOver(now, old));
    }

    /**
     * Whether a quorum is in a view after the old one and the rest is not on its way into it: up to f may have gone on
     * to wait for the next view, where the others meet them at the next hand-over.
     */
    private static boolean isOver(ClusterView cluster, long old) {
        long view = cluster.view().orElse(-1);
        List<StatusReport> claims = cluster.members().stream()
                .flatMap(member -> member.claim().stream())
                .toList();
        return view > old
                && claims.size() == cluster.n()
                && claims.stream().allMatch(claim -> isIn(claim, view) || claim.view() > view)
                && claims.stream().filter(claim -> isIn(claim, view)).count() >= cluster.quorum();
    }

    private static boolean isIn(StatusReport claim, long view) {
        return claim.view() == view && claim.phase().equals("active");
    }
}
