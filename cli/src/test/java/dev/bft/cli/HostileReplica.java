package dev.bft.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;

/** A replica of a {@link HostileImage} that does what it is told to; it must be one before it boots. */
final class HostileReplica {
    private static final String FILE = "hostile";
    private static final long POLL_MILLIS = 50;

    private final TestCluster cluster;
    private final Path folder;
    private final int id;

    private HostileReplica(TestCluster cluster, int id) {
        this.cluster = cluster;
        this.folder = cluster.folder().replica(id);
        this.id = id;
    }

    /** Makes this replica one that takes orders; it behaves until it gets one. */
    static HostileReplica of(TestCluster cluster, int id) throws IOException {
        HostileReplica replica = new HostileReplica(cluster, id);
        replica.tell("");
        return replica;
    }

    int id() {
        return id;
    }

    /** From now on it does this: names of the simulator's behaviours and excesses; nothing for good behaviour. */
    void tell(String words) throws IOException {
        Path fresh = folder.resolve(FILE + ".told");
        Files.writeString(fresh, words, US_ASCII);
        Files.move(fresh, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** What it says it did of the present order; empty if it has not taken it up. */
    String did(String words) throws IOException {
        Path file = folder.resolve(FILE + ".did");
        String said = Files.exists(file) ? Files.readString(file, US_ASCII) : "";
        return said.startsWith(words + " {") ? said.substring(words.length() + 1) : "";
    }

    /** Waits until it did something of an order; some can be done by a primary alone, so it becomes one. */
    void awaitDone(String words) throws Exception {
        long deadline = System.nanoTime() + TestCluster.DEADLINE.toNanos();
        while (!did(words).contains("=")) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("replica " + id + " was told " + words + " and did not: " + did(words));
            }
            cluster.towards(id);
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }
}
