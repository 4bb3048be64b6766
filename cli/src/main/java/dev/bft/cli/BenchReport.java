package dev.bft.cli;

import dev.bft.cli.bench.Outcome;
import dev.bft.cli.bench.Outcome.Spread;
import dev.bft.cli.bench.Profile;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The figures of a measurement, for a person and for a program.
 *
 * @param of what was measured
 */
record BenchReport(Case of, Outcome outcome) {

    private static final double MEDIAN = 0.5;
    private static final double P99 = 0.99;

    /** What is measured. */
    enum Mode {
        LATENCY,
        THROUGHPUT;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What is measured.
     *
     * @param durability "disk" or "memory"
     * @param clients operations under way at a time
     * @param reads whether the operation goes as one that only reads
     */
    record Case(Mode mode, Profile profile, String durability, int replicas, int clients, boolean reads) {}

    private Spread ratio() {
        return of.mode == Mode.LATENCY ? outcome.latencyRatio() : outcome.throughputRatio();
    }

    Json json() {
        return Json.versioned()
                .put("profile", of.profile.name())
                .put("arg_bytes", of.profile.argBytes())
                .put("result_bytes", of.profile.resultBytes())
                .put("mode", of.mode.text())
                .put("durability", of.durability)
                .put("replicas", of.replicas)
                .put("clients", of.clients)
                .put("read_only", of.reads)
                .put("warm", outcome.warm())
                .put("seconds", outcome.seconds(), 1)
                .put("ops", outcome.ops())
                .put("errors", outcome.errors())
                .put("ops_per_s", outcome.opsPerSecond().median(), 1)
                .put("ops_per_s_min", outcome.opsPerSecond().min(), 1)
                .put("ops_per_s_max", outcome.opsPerSecond().max(), 1)
                .put("p50_us", outcome.latencyMicros(MEDIAN), 1)
                .put("p99_us", outcome.latencyMicros(P99), 1)
                .put("max_gap_ms", outcome.maxGapMillis(), 1)
                .put("cpu_us_per_op", outcome.cpuMicrosPerOp(), 1)
                .put("memory_mib", outcome.memory().afterMebibytes(), 1)
                .put("memory_loaded_mib", outcome.memory().loadedMebibytes(), 1)
                .put("baseline_ops_per_s", outcome.baselineOpsPerSecond().median(), 1)
                .put("baseline_p50_us", outcome.baselineP50Micros().median(), 1)
                .put("echo_p50_us", outcome.echoP50Micros().median(), 1)
                .put("floor_p50_us", outcome.floorP50Micros().median(), 1)
                .put("ratio", ratio().median(), 3)
                .put("ratio_min", ratio().min(), 3)
                .put("ratio_max", ratio().max(), 3);
    }

    List<String> lines() {
        Table table = new Table("", "MEDIAN", "MIN", "MAX");
        row(table, "operations per second", outcome.opsPerSecond(), 0);
        if (!outcome.baselines().isEmpty()) {
            row(table, "  unreplicated", outcome.baselineOpsPerSecond(), 0);
            row(table, "unreplicated median latency, us", outcome.baselineP50Micros(), 0);
            row(table, "bare socket, there and back, us", outcome.echoP50Micros(), 0);
            row(table, "messages of one operation alone, us", outcome.floorP50Micros(), 0);
            row(table, of.mode.text() + " ratio to unreplicated", ratio(), 3);
        }
        List<String> head = List.of(
                of.mode.text() + " " + of.profile.name() + (of.reads ? " read-only" : "") + ", " + of.replicas
                        + " replicas, votes on " + of.durability + ", " + of.clients
                        + (of.clients == 1 ? " client, " : " clients, ") + Figures.decimal(outcome.seconds(), 1)
                        + " s, "
                        + Figures.count(outcome.ops()) + " operations, " + outcome.errors() + " errors",
                "latency p50 " + Figures.decimal(outcome.latencyMicros(MEDIAN), 0) + " us, p99 "
                        + Figures.decimal(outcome.latencyMicros(P99), 0) + " us; longest time without an operation "
                        + Figures.decimal(outcome.maxGapMillis(), 1) + " ms",
                "CPU of all processes " + Figures.decimal(outcome.cpuMicrosPerOp(), 0)
                        + " us per operation; memory of the largest process, its state apart, "
                        + Figures.decimal(outcome.memory().loadedMebibytes(), 0) + " MiB, after some idle seconds "
                        + Figures.decimal(outcome.memory().afterMebibytes(), 0) + " MiB"
                        + (outcome.warm() ? "" : "; not warm: compilers were still at work"));
        return Stream.concat(head.stream(), table.lines().stream()).toList();
    }

    private static void row(Table table, String name, Spread spread, int decimals) {
        table.row(
                name,
                Figures.decimal(spread.median(), decimals),
                Figures.decimal(spread.min(), decimals),
                Figures.decimal(spread.max(), decimals));
    }
}
