package dev.bft.cli;

import dev.bft.cli.bench.Resident;
import dev.bft.watchdog.WatchdogStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The resident memory of every process of a cluster over a soak. Of one that lives all the time the median of the last
 * third must not be more than five in a hundred above that of the first third after the warm-up. Of replicas that are
 * killed and recovered the lives are compared: the most that each held, of those that lasted long enough.
 */
final class SoakMemory {
    private static final double GROWTH_MAX = 1.05;
    private static final int SAMPLES_MIN = 9;
    private static final double MEBIBYTE = 1 << 20;
    /** A replica's heap fills at first. */
    private static final long LIFE_MIN = 20_000_000_000L;

    private final TestCluster cluster;
    /** By process: what it is, and its samples. */
    private final Map<Integer, Life> lives = new TreeMap<>();

    private static final class Life {
        private final String name;
        private final long begun = System.nanoTime();
        private final List<Long> samples = new ArrayList<>();

        Life(String name) {
            this.name = name;
        }

        void add(long bytes) {
            if (bytes > 0 && System.nanoTime() - begun > LIFE_MIN) {
                samples.add(bytes);
            }
        }

        long most() {
            return samples.stream().mapToLong(Long::longValue).max().orElse(0);
        }
    }

    SoakMemory(TestCluster cluster) {
        this.cluster = cluster;
    }

    void sample() throws IOException {
        for (int id = 0; id < cluster.replicas(); id++) {
            WatchdogStatus status = cluster.status(id);
            sample("replica " + id, status.process().pid());
            sample("watchdog " + id, status.watchdog().pid());
            sample("coprocessor " + id, status.coprocessor().pid());
        }
    }

    private void sample(String name, int pid) {
        if (pid > 1) {
            lives.computeIfAbsent(pid, p -> new Life(name)).add(Resident.bytes(pid));
        }
    }

    /** Prints a line for each; what grew. */
    List<String> judge() {
        Map<String, List<Life>> byName = new TreeMap<>();
        lives.values().stream().sorted((a, b) -> Long.compare(a.begun, b.begun)).forEach(life -> byName.computeIfAbsent(
                        life.name, n -> new ArrayList<>())
                .add(life));
        List<String> grew = new ArrayList<>();
        byName.forEach((name, all) -> {
            List<Long> samples = all.size() == 1
                    ? all.get(0).samples
                    : all.stream().map(Life::most).filter(most -> most > 0).toList();
            judge(name + (all.size() == 1 ? "" : ", " + all.size() + " lives"), samples, grew);
        });
        return grew;
    }

    private static void judge(String name, List<Long> samples, List<String> grew) {
        int third = samples.size() / 3;
        if (samples.size() < SAMPLES_MIN) {
            System.out.println(name + ": " + samples.size() + " samples, too few to say whether it grows");
            return;
        }
        double first = median(samples.subList(0, third)) / MEBIBYTE;
        double last = median(samples.subList(samples.size() - third, samples.size())) / MEBIBYTE;
        String line =
                String.format("%s: %.1f MiB at first, %.1f MiB at last, %d samples", name, first, last, samples.size());
        System.out.println(line);
        if (last > first * GROWTH_MAX) {
            grew.add(line);
        }
    }

    private static double median(List<Long> some) {
        return some.stream().sorted().skip(some.size() / 2).findFirst().orElse(0L);
    }
}
