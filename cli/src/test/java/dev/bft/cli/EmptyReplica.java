package dev.bft.cli;

import dev.bft.cli.bench.CounterLoad;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A backup that was killed and lost all its files under the load of eight clients, and was needed as soon as it executed
 * what the others did: another backup was killed.
 *
 * @param replica the one that lost its files
 * @param killed the one that was killed afterwards
 * @param backMillis from the first kill, its reboot included, until it had executed all but K of what the primary had
 * @param aloneMillis from the second kill until fifty more operations were done
 * @param problems what was lost, done twice or not answered
 */
record EmptyReplica(int replica, int killed, double backMillis, double aloneMillis, List<String> problems) {

    private static final double MILLI = 1e6;
    private static final long SOME = 50;
    private static final long BEFORE = 3000;

    /** Does it. */
    static EmptyReplica in(TestCluster cluster) throws Exception {
        int primary = cluster.primary();
        int replica = (primary + 1) % 4;
        int killed = (primary + 2) % 4;
        try (CounterLoad load = cluster.load()) {
            KilledPrimary.awaitMore(load, BEFORE);
            empty(cluster.folder().state(replica));
            long pid = cluster.killReplica(replica);
            long begun = System.nanoTime();
            cluster.await(replica, status -> status.process().pid() != pid);
            PausedReplica.awaitReach(cluster, replica, primary);
            double back = (System.nanoTime() - begun) / MILLI;
            long other = cluster.killReplica(killed);
            long kill = System.nanoTime();
            KilledPrimary.awaitMore(load, SOME);
            double alone = (System.nanoTime() - kill) / MILLI;
            cluster.awaitRebooted(killed, other);
            // It lost its votes too: no other may lose any before it casts them again.
            cluster.awaitHealthy();
            return new EmptyReplica(replica, killed, back, alone, load.stop().problems());
        }
    }

    private static void empty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
    }

    /** One line for a person. */
    String text() {
        return String.format(
                "replica %d killed and emptied: within K of the primary %.0f ms after; then replica %d killed: fifty more"
                        + " operations in %.0f ms, %d problems",
                replica, backMillis, killed, aloneMillis, problems.size());
    }
}
