package dev.bft.cli;

import dev.bft.cli.bench.CounterLoad;
import dev.bft.coprocessor.ReplicaReport.StatusReport;
import dev.bft.watchdog.ReplicaPhase;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A backup that was stopped for a while under the load of eight clients, went on, and was needed at once: another
 * backup was killed.
 *
 * @param replica the one that was stopped
 * @param killed the one that was killed
 * @param pauseMillis how long it was stopped
 * @param backMillis from its going on until it had executed all but K of what the primary had
 * @param aloneMillis from the kill until fifty more operations were done
 * @param needed whether the killed one was still away then, so that no three but with the stopped one were there
 * @param problems what was lost, done twice or not answered
 */
record PausedReplica(
        int replica,
        int killed,
        long pauseMillis,
        double backMillis,
        double aloneMillis,
        boolean needed,
        List<String> problems) {

    private static final double MILLI = 1e6;
    private static final long K = 128;
    private static final long SOME = 50;

    /** Does it. */
    static PausedReplica in(TestCluster cluster, long pauseMillis) throws Exception {
        int primary = cluster.primary();
        int replica = (primary + 1) % 4;
        int killed = (primary + 2) % 4;
        try (CounterLoad load = cluster.load()) {
            KilledPrimary.awaitMore(load, SOME);
            pause(cluster.status(replica).process().pid(), pauseMillis);
            long on = System.nanoTime();
            awaitReach(cluster, replica, primary);
            double back = (System.nanoTime() - on) / MILLI;
            long pid = cluster.killReplica(killed);
            long kill = System.nanoTime();
            KilledPrimary.awaitMore(load, SOME);
            double alone = (System.nanoTime() - kill) / MILLI;
            boolean needed = cluster.status(killed).phase() != ReplicaPhase.READY;
            cluster.awaitRebooted(killed, pid);
            return new PausedReplica(
                    replica,
                    killed,
                    pauseMillis,
                    back,
                    alone,
                    needed,
                    load.stop().problems());
        }
    }

    private static void pause(long pid, long millis) throws IOException, InterruptedException {
        signal("STOP", pid);
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } finally {
            signal("CONT", pid);
        }
    }

    /** Sends a signal to a process of ours. */
    static void signal(String name, long pid) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(pid))
                .inheritIO()
                .start()
                .waitFor();
    }

    /** Waits until a replica has executed all but K of what the primary has. */
    static void awaitReach(TestCluster cluster, int replica, int primary) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TestCluster.DEADLINE.toNanos();
        while (executed(cluster, replica) < executed(cluster, primary) - K) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("replica " + replica + " does not catch up");
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private static long executed(TestCluster cluster, int replica) throws IOException {
        return cluster.status(replica).claim().map(StatusReport::executed).orElse(0L);
    }

    /** One line for a person. */
    String text() {
        return String.format(
                "replica %d stopped for %d ms: within K of the primary %.0f ms after; then replica %d killed: fifty more"
                        + " operations in %.0f ms%s, %d problems",
                replica,
                pauseMillis,
                backMillis,
                killed,
                aloneMillis,
                needed ? ", before it was back" : " (it was back by then)",
                problems.size());
    }
}
