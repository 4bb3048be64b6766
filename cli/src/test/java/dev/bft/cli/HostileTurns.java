package dev.bft.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Honest clients alone, then with somebody hostile beside them, then with a process that does nothing but take as much of
 * a processor, then alone again: by turns, of one cluster, and so on for the next.
 */
final class HostileTurns {
    private static final double RATIO_MIN = 0.7;
    private static final long STALL_MAX = 1_000_000_000L;
    private static final long SETTLE_MILLIS = 500;
    private static final int BURNER_MAX = 990;
    private static final int THOUSAND = 1000;
    private static final double MILLI = 1e6;
    private static final double SECOND = 1e9;

    private final TestCluster cluster;
    private final Parts parts;
    private final int seconds;
    private final List<Row> rows = new ArrayList<>();
    private Turn before;

    /** Who takes part. */
    record Parts(HostileClients hostile, BaselinePinger pinger, HonestClients honest) {}

    /**
     * What happened in one turn.
     *
     * @param honest what the honest clients did
     * @param pingNanos the longest wait of a client of an unreplicated server
     * @param cpuNanos the processor time of each replica
     * @param views by how much the view grew
     */
    record Turn(HonestClients.Reading honest, long pingNanos, List<Long> cpuNanos, long views) {
        double perSecond() {
            return honest.perSecond();
        }
    }

    /**
     * What was compared.
     *
     * @param name who was beside
     * @param with the turn with that
     * @param alone operations a second without anybody beside, before and after
     * @param burning the turn with a process that takes as much of a processor
     * @param share of one processor that the hostile one took for its hostility
     * @param did what it says it did
     */
    record Row(String name, Turn with, double alone, Turn burning, double share, String did) {
        double ratio() {
            return with.perSecond() / alone;
        }

        double burner() {
            return burning.perSecond() / alone;
        }

        /** What is left when its processor time is not held against the replicas. */
        double net() {
            return ratio() / burner();
        }

        double microsPerOperation() {
            long nanos = with.cpuNanos.stream().mapToLong(Long::longValue).sum();
            return nanos / 1000.0 / Math.max(1, with.honest.operations());
        }
    }

    /** Warms up, and takes the first turn alone. */
    HostileTurns(TestCluster cluster, Parts parts, int seconds, int warmUp) throws IOException, InterruptedException {
        this.cluster = cluster;
        this.parts = parts;
        this.seconds = seconds;
        TimeUnit.SECONDS.sleep(warmUp);
        this.before = turn();
    }

    private Turn turn() throws IOException, InterruptedException {
        List<Long> begun = cluster.cpuNanos();
        long view = Beside.view(cluster);
        parts.honest.take();
        parts.pinger.takeLongest();
        TimeUnit.SECONDS.sleep(seconds);
        HonestClients.Reading reading = parts.honest.take();
        long ping = parts.pinger.takeLongest();
        List<Long> ended = cluster.cpuNanos();
        List<Long> cpu = new ArrayList<>();
        for (int id = 0; id < ended.size(); id++) {
            cpu.add(Math.max(0, ended.get(id) - begun.get(id)));
        }
        return new Turn(reading, ping, cpu, Beside.view(cluster) - view);
    }

    /** Takes the three turns. */
    Row compare(Beside beside) throws IOException, InterruptedException {
        long took = -beside.cpuNanos() - beside.usualNanos(before);
        beside.go();
        Turn with = turn();
        String did = beside.rest();
        took += beside.cpuNanos();
        double share = Math.max(0, took / (seconds * SECOND));
        TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
        parts.hostile.go(HostileKind.BURNER, (int) Math.min(BURNER_MAX, THOUSAND * share));
        Turn burning = turn();
        parts.hostile.rest(HostileKind.BURNER);
        Turn after = turn();
        Row row = new Row(beside.name(), with, (before.perSecond() + after.perSecond()) / 2, burning, share, did);
        rows.add(row);
        System.out.printf(
                "%s: %.0f/s beside %.0f/s alone, longest wait %.0f ms (alone %.0f) %s%n",
                row.name,
                with.perSecond(),
                row.alone,
                with.honest.longestNanos() / MILLI,
                Math.max(before.honest.longestNanos(), after.honest.longestNanos()) / MILLI,
                did);
        before = after;
        return row;
    }

    /** Prints all of it: a table, then a line of JSON for each. */
    void print() {
        Table table = new Table(
                "beside",
                "ops/s",
                "alone",
                "ratio",
                "burner",
                "net",
                "cpu",
                "longest ms",
                "ping ms",
                "cpu/op us",
                "views");
        for (Row row : rows) {
            table.row(
                    row.name,
                    String.format("%.0f", row.with.perSecond()),
                    String.format("%.0f", row.alone),
                    String.format("%.2f", row.ratio()),
                    String.format("%.2f", row.burner()),
                    String.format("%.2f", row.net()),
                    String.format("%.2f", row.share),
                    String.format("%.0f", row.with.honest.longestNanos() / MILLI),
                    String.format("%.0f", row.with.pingNanos / MILLI),
                    String.format("%.0f", row.microsPerOperation()),
                    String.valueOf(row.with.views));
        }
        table.lines().forEach(System.out::println);
        rows.forEach(row -> System.out.println(json(row)));
    }

    private static String json(Row row) {
        return Json.versioned()
                .put("beside", row.name)
                .put("ops_per_s", row.with.perSecond(), 0)
                .put("alone_ops_per_s", row.alone, 0)
                .put("ratio", row.ratio(), 3)
                .put("ratio_burner", row.burner(), 3)
                .put("ratio_net", row.net(), 3)
                .put("hostile_cpu", row.share, 3)
                .put("longest_ms", row.with.honest.longestNanos() / MILLI, 1)
                .put("ping_ms", row.with.pingNanos / MILLI, 1)
                .put("replica_cpu_us_per_op", row.microsPerOperation(), 0)
                .put("views", row.with.views)
                .put("did", row.did)
                .toString();
    }

    /** Those that did nothing: with them nothing is shown. */
    List<String> harmless() {
        return rows.stream()
                .filter(row -> !row.did.contains("="))
                .map(row -> row.name + ": it did nothing")
                .toList();
    }

    /** What does not hold that must: throughput, and the waits beyond what the machine makes anybody wait. */
    List<String> failures() {
        List<String> failures = new ArrayList<>(harmless());
        for (Row row : rows) {
            if (row.ratio() < RATIO_MIN) {
                failures.add(
                        String.format("%s: %.2f of the throughput, at least %.2f", row.name, row.ratio(), RATIO_MIN));
            }
            if (row.with.honest.longestNanos() - row.with.pingNanos > STALL_MAX) {
                failures.add(
                        String.format("%s: a client waited %.0f ms", row.name, row.with.honest.longestNanos() / MILLI));
            }
        }
        return failures;
    }
}
