package dev.bft.cli;

import dev.bft.cli.bench.CounterLoad;
import dev.bft.cli.bench.Sample;
import java.util.List;

/**
 * What eight clients that count without pause saw when the primary was killed.
 *
 * @param replica who was primary
 * @param next who was primary when it was back
 * @param stallMillis the longest that one client waited for an answer
 * @param gapMillis the longest time without an answer to any of them
 * @param operations how many were answered, before and after
 * @param problems what was lost, done twice or not answered
 */
record KilledPrimary(
        int replica, int next, double stallMillis, double gapMillis, long operations, List<String> problems) {

    private static final double MILLI = 1e6;
    private static final long BEFORE = 200;

    /** Kills the primary of a cluster under load, and waits until it is back. */
    static KilledPrimary in(TestCluster cluster) throws Exception {
        int primary = cluster.primary();
        try (CounterLoad load = cluster.load()) {
            awaitMore(load, BEFORE);
            long pid = cluster.killReplica(primary);
            awaitMore(load, BEFORE);
            cluster.awaitRebooted(primary, pid);
            awaitMore(load, BEFORE);
            int next = cluster.primary();
            CounterLoad.Result result = load.stop();
            Sample sample = result.sample();
            return new KilledPrimary(
                    primary,
                    next,
                    sample.latencies().max() / MILLI,
                    sample.maxGapNanos() / MILLI,
                    sample.latencies().count(),
                    result.problems());
        }
    }

    /** Waits until so many more operations are answered. */
    static void awaitMore(CounterLoad load, long more) throws InterruptedException {
        long goal = load.completed() + more;
        long deadline = System.nanoTime() + TestCluster.DEADLINE.toNanos();
        while (load.completed() < goal) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("no operation completes");
            }
            Thread.sleep(5);
        }
    }

    /** One line for a person. */
    String text() {
        return String.format(
                "primary %d killed, %d followed: longest wait of a client %.0f ms, longest time without an operation"
                        + " %.0f ms, %d operations, %d problems",
                replica, next, stallMillis, gapMillis, operations, problems.size());
    }
}
