package dev.bft.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Honest clients with somebody hostile beside them, then with a process that does nothing but take as much of a processor,
 * then alone: by turns, several times, of one cluster, and so on for the next. What a machine does by itself meanwhile hits
 * all three alike.
 */
final class HostileTurns {
    private static final double RATIO_MIN = 0.7;
    private static final long STALL_MAX = 1_000_000_000L;
    private static final long SETTLE_MILLIS = 500;
    private static final double WARM = 0.1;
    private static final int WARM_UP_MAX = 40;
    private static final int BURNER_MAX = 990;
    private static final int THOUSAND = 1000;
    private static final double MILLI = 1e6;
    private static final double SECOND = 1e9;

    private final TestCluster cluster;
    private final Parts parts;
    private final int seconds;
    private final List<Row> rows = new ArrayList<>();
    /** The longest wait of an honest client when each was met for the first time, beyond what the machine made anybody wait. */
    private final Map<String, Long> met = new TreeMap<>();

    private Turn before;

    /** Who takes part. */
    record Parts(HostileClients hostile, BaselinePinger pinger, HonestClients honest) {}

    /**
     * What happened in one turn.
     *
     * @param honest what the honest clients did
     * @param pingNanos the longest wait of a client of an unreplicated server
     * @param cpuNanos the processor time of each replica
     * @param compiling the share of one processor that the compilers of all replicas took
     * @param views by how much the view grew
     */
    record Turn(HonestClients.Reading honest, long pingNanos, List<Long> cpuNanos, double compiling, long views) {
        double perSecond() {
            return honest.perSecond();
        }

        /** Both in one. */
        Turn and(Turn next) {
            List<Long> cpu = new ArrayList<>();
            for (int id = 0; id < cpuNanos.size(); id++) {
                cpu.add(cpuNanos.get(id) + next.cpuNanos.get(id));
            }
            return new Turn(
                    honest.and(next.honest),
                    Math.max(pingNanos, next.pingNanos),
                    cpu,
                    (compiling + next.compiling) / 2,
                    views + next.views);
        }

        double microsPerOperation() {
            long nanos = cpuNanos.stream().mapToLong(Long::longValue).sum();
            return nanos / 1000.0 / Math.max(1, honest.operations());
        }
    }

    /**
     * What was compared.
     *
     * @param name who was beside
     * @param with the turn with that
     * @param burning the turn with a process that takes as much of a processor
     * @param alone the turn without anybody beside
     * @param share of one processor that the hostile one took for its hostility
     * @param did what it says it did
     */
    record Row(String name, Turn with, Turn burning, Turn alone, double share, String did) {
        double ratio() {
            return with.perSecond() / alone.perSecond();
        }

        double burner() {
            return burning.perSecond() / alone.perSecond();
        }

        /** What is left when its processor time is not held against the replicas. */
        double net() {
            return ratio() / burner();
        }
    }

    HostileTurns(TestCluster cluster, Parts parts, int seconds) throws IOException, InterruptedException {
        this.cluster = cluster;
        this.parts = parts;
        this.seconds = seconds;
        this.before = turn();
    }

    /**
     * Meets each once before anything is compared: until the JVMs have compiled what only it makes them do, the compiler
     * takes more of two processors than anybody hostile. How long clients wait counts from here.
     */
    void meet(List<Beside> besides) throws IOException, InterruptedException {
        for (int i = 0; i < WARM_UP_MAX && turn().compiling > WARM; i++) {
            // Honest clients alone, until there is little left to compile.
        }
        for (Beside beside : besides) {
            beside.go();
            Turn turn = turn();
            beside.rest();
            met.put(beside.name(), turn.honest.longestNanos() - turn.pingNanos);
        }
        before = turn();
    }

    private Turn turn() throws IOException, InterruptedException {
        List<Long> begun = cluster.cpuNanos();
        long compiled = cluster.compilerNanos();
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
        double compiling = Math.max(0, cluster.compilerNanos() - compiled) / SECOND / seconds;
        return new Turn(reading, ping, cpu, compiling, Beside.view(cluster) - view);
    }

    /** Takes the three turns, so many times. */
    Row compare(Beside beside, int rounds) throws IOException, InterruptedException {
        Row row = round(beside);
        for (int i = 1; i < rounds; i++) {
            Row next = round(beside);
            row = new Row(
                    row.name,
                    row.with.and(next.with),
                    row.burning.and(next.burning),
                    row.alone.and(next.alone),
                    (row.share + next.share) / 2,
                    next.did);
        }
        rows.add(row);
        System.out.printf(
                "%s: %.0f/s beside %.0f/s alone, ratio %.2f, longest wait %.0f ms (alone %.0f) %s%n",
                row.name,
                row.with.perSecond(),
                row.alone.perSecond(),
                row.ratio(),
                row.with.honest.longestNanos() / MILLI,
                row.alone.honest.longestNanos() / MILLI,
                row.did);
        return row;
    }

    private Row round(Beside beside) throws IOException, InterruptedException {
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
        before = turn();
        return new Row(beside.name(), with, burning, before, share, did);
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
                "first ms",
                "ping ms",
                "cpu/op us",
                "alone",
                "jit",
                "alone",
                "views");
        for (Row row : rows) {
            table.row(
                    row.name,
                    String.format("%.0f", row.with.perSecond()),
                    String.format("%.0f", row.alone.perSecond()),
                    String.format("%.2f", row.ratio()),
                    String.format("%.2f", row.burner()),
                    String.format("%.2f", row.net()),
                    String.format("%.2f", row.share),
                    String.format("%.0f", row.with.honest.longestNanos() / MILLI),
                    String.format("%.0f", met.getOrDefault(row.name, 0L) / MILLI),
                    String.format("%.0f", row.with.pingNanos / MILLI),
                    String.format("%.0f", row.with.microsPerOperation()),
                    String.format("%.0f", row.alone.microsPerOperation()),
                    String.format("%.2f", row.with.compiling),
                    String.format("%.2f", row.alone.compiling),
                    String.valueOf(row.with.views));
        }
        table.lines().forEach(System.out::println);
        rows.forEach(row -> System.out.println(json(row)));
    }

    private String json(Row row) {
        return Json.versioned()
                .put("beside", row.name)
                .put("ops_per_s", row.with.perSecond(), 0)
                .put("alone_ops_per_s", row.alone.perSecond(), 0)
                .put("ratio", row.ratio(), 3)
                .put("ratio_burner", row.burner(), 3)
                .put("ratio_net", row.net(), 3)
                .put("hostile_cpu", row.share, 3)
                .put("longest_ms", row.with.honest.longestNanos() / MILLI, 1)
                .put("first_ms", met.getOrDefault(row.name, 0L) / MILLI, 1)
                .put("ping_ms", row.with.pingNanos / MILLI, 1)
                .put("replica_cpu_us_per_op", row.with.microsPerOperation(), 0)
                .put("compiling", row.with.compiling, 2)
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
        met.forEach((name, nanos) -> {
            if (nanos > STALL_MAX) {
                failures.add(String.format("%s: a client waited %.0f ms at first", name, nanos / MILLI));
            }
        });
        return failures;
    }
}
