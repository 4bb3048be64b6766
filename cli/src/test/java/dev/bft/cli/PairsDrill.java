package dev.bft.cli;

import dev.bft.coprocessor.ReplicaReport.StatusReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The part {@code pairs} of the acceptance: seven replicas, two of them faulty, each pair of behaviours under load. The two
 * are always the same, so that no more than f were ever faulty; one of them is primary when each pair begins.
 */
final class PairsDrill {
    private static final int REPLICAS = 7;
    private static final int POLL_MILLIS = 200;
    private static final double MILLI = 1e6;

    private static final List<String> BEHAVIOURS = List.of(
            "SILENCE",
            "EQUIVOCATION",
            "WITHHELD_BODIES",
            "LYING_STATUS",
            "LYING_DECISIONS",
            "LYING_HOLDS",
            "CORRUPT_PAGES",
            "HASTY_VIEW_CHANGES",
            "LYING_REPLIES",
            "NEVER_VOTING",
            "GARBLED_MACS",
            "STALE_KEYS",
            "SLOW_PRIMARY:100",
            "FLOOD:2000");

    /** What only a primary can do. */
    private static final List<String> OF_PRIMARIES = List.of("EQUIVOCATION", "WITHHELD_BODIES", "SLOW_PRIMARY");

    /** What can be done only to a replica that was away for long. */
    private static final String TO_WHO_WAS_AWAY = "CORRUPT_PAGES";

    private static final int AWAY = REPLICAS - 1;

    private final TestCluster cluster;
    private final List<HostileReplica> faulty;
    private final int seconds;
    /** By seqno, what correct replicas said of a stable checkpoint. */
    private final Map<Long, String> digests = new TreeMap<>();

    /** In how many pairs each behaviour was more than a word. */
    private final Map<String, Integer> fired = new TreeMap<>();

    private final List<String> problems = new ArrayList<>();
    private final Table table = new Table("replica 0", "replica 1", "ops/s", "longest ms", "late", "views", "wrong");

    private PairsDrill(TestCluster cluster, List<HostileReplica> faulty, int seconds) {
        this.cluster = cluster;
        this.faulty = faulty;
        this.seconds = seconds;
    }

    /**
     * Runs all pairs, or those of the behaviours in the property {@code pairs}, each for {@code pairs.seconds}; what was
     * wrong or lost.
     */
    static List<String> run(Path folder) throws Exception {
        String named = System.getProperty("pairs", "");
        List<String> behaviours = named.isEmpty() ? BEHAVIOURS : Arrays.asList(named.split(",", -1));
        TestCluster cluster = TestCluster.made(
                Shell.in(folder),
                "--replicas",
                String.valueOf(REPLICAS),
                "--image",
                HostileImage.built().toString());
        List<HostileReplica> faulty = List.of(HostileReplica.of(cluster, 0), HostileReplica.of(cluster, 1));
        try {
            cluster.start();
            PairsDrill drill = new PairsDrill(cluster, faulty, Integer.getInteger("pairs.seconds", 60));
            for (int a = 0; a < behaviours.size(); a++) {
                for (int b = behaviours.size() == 1 ? a : a + 1; b < behaviours.size(); b++) {
                    drill.pair(behaviours.get(a), behaviours.get(b), primary(behaviours, a, b));
                }
            }
            drill.table.lines().forEach(System.out::println);
            System.out.println("pairs in which each did what it was told to: " + drill.fired);
            drill.fired.forEach((behaviour, pairs) -> {
                if (pairs == 0) {
                    drill.problems.add(behaviour + ": it was never done");
                }
            });
            System.out.println(drill.digests.size() + " checkpoints of which correct replicas said the same");
            return drill.problems;
        } finally {
            cluster.close();
        }
    }

    /** Who of the two is primary: who does what only a primary can do; else by turns. */
    private static int primary(List<String> behaviours, int a, int b) {
        boolean first = OF_PRIMARIES.contains(behaviours.get(a).split(":", -1)[0]);
        boolean second = OF_PRIMARIES.contains(behaviours.get(b).split(":", -1)[0]);
        if (first == second) {
            return (a + b) % 2;
        }
        return first ? 0 : 1;
    }

    private void pair(String first, String second, int primary) throws Exception {
        becomesPrimary(primary);
        long view = Beside.view(cluster);
        try (HonestClients honest = HonestClients.of(cluster, HostileDrill.honestNames())) {
            faulty.get(0).tell(first);
            faulty.get(1).tell(second);
            honest.take();
            if (first.equals(TO_WHO_WAS_AWAY) || second.equals(TO_WHO_WAS_AWAY)) {
                goAway();
            }
            watch(seconds);
            HonestClients.Reading reading = honest.take();
            note(first, faulty.get(0).did(first));
            note(second, faulty.get(1).did(second));
            faulty.get(0).tell("");
            faulty.get(1).tell("");
            List<String> wrong = honest.stop();
            wrong.forEach(what -> problems.add(first + " and " + second + ": " + what));
            if (reading.operations() == 0) {
                problems.add(first + " and " + second + ": no operation in " + seconds + " s");
            }
            table.row(
                    first,
                    second,
                    String.format("%.0f", reading.perSecond()),
                    String.format("%.0f", reading.longestNanos() / MILLI),
                    String.valueOf(honest.late()),
                    String.valueOf(Beside.view(cluster) - view),
                    wrong.isEmpty() ? "nothing" : String.valueOf(wrong.size()));
            System.out.println(table.lines().get(table.lines().size() - 1));
        }
    }

    private void note(String behaviour, String did) {
        fired.merge(behaviour, did.contains("=") ? 1 : 0, Integer::sum);
    }

    private void watch(long time) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(time);
        while (System.nanoTime() - end < 0) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            compareDigests();
        }
    }

    /** A correct replica is stopped for a while and must fetch what the others have meanwhile, from liars too. */
    private void goAway() throws IOException, InterruptedException {
        long pid = cluster.status(AWAY).process().pid();
        PausedReplica.signal("STOP", pid);
        try {
            watch(seconds / 2);
        } finally {
            PausedReplica.signal("CONT", pid);
        }
    }

    /** Moves the view on until this replica is primary, if it gets there. */
    private void becomesPrimary(int replica) throws Exception {
        for (int i = 0; i < REPLICAS; i++) {
            cluster.towards(replica);
        }
    }

    private void compareDigests() throws IOException {
        for (int id = faulty.size(); id < REPLICAS; id++) {
            StatusReport claim = cluster.status(id).claim().orElseThrow();
            String before = digests.putIfAbsent(claim.stable(), claim.digest());
            if (before != null && !before.equals(claim.digest())) {
                problems.add("checkpoint " + claim.stable() + ": " + before + ", but replica " + id + " has "
                        + claim.digest());
            }
        }
    }
}
