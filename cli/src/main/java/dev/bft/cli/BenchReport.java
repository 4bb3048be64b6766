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
 * @param durability "disk" or "memory"
 * @param clients operations under way at a time
 */
record BenchReport(Mode mode, Profile profile, String durability, int clients, Outcome outcome) {

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

    private Spread ratio() {
        return mode == Mode.LATENCY ? outcome.latencyRatio() : outcome.throughputRatio();
    }

    Json json() {
        return Json.versioned()
                .put("profile", profile.name())
                .put("arg_bytes", profile.argBytes())
                .put("result_bytes", profile.resultBytes())
                .put("mode", mode.text())
                .put("durability", durability)
                .put("clients", clients)
                .put("seconds", outcome.seconds(), 1)
                .put("ops", outcome.ops())
                .put("errors", outcome.errors())
                .put("ops_per_s", outcome.opsPerSecond().median(), 1)
                .put("p50_us", outcome.latencyMicros(MEDIAN), 1)
                .put("p99_us", outcome.latencyMicros(P99), 1)
                .put("max_gap_ms", outcome.maxGapMillis(), 1)
                .put("cpu_us_per_op", outcome.cpuMicrosPerOp(), 1)
                .put("baseline_ops_per_s", outcome.baselineOpsPerSecond().median(), 1)
                .put("baseline_p50_us", outcome.baselineP50Micros().median(), 1)
                .put("ratio", ratio().median(), 3);
    }

    List<String> lines() {
        Table table = new Table("", "MEDIAN", "MIN", "MAX");
        row(table, "operations per second", outcome.opsPerSecond(), 0);
        if (!outcome.baselines().isEmpty()) {
            row(table, "  unreplicated", outcome.baselineOpsPerSecond(), 0);
            row(table, "unreplicated median latency, us", outcome.baselineP50Micros(), 0);
            row(table, mode.text() + " ratio to unreplicated", ratio(), 3);
        }
        List<String> head = List.of(
                mode.text() + " " + profile.name() + ", votes on " + durability + ", " + clients
                        + (clients == 1 ? " client, " : " clients, ") + Figures.decimal(outcome.seconds(), 1) + " s, "
                        + Figures.count(outcome.ops()) + " operations, " + outcome.errors() + " errors",
                "latency p50 " + Figures.decimal(outcome.latencyMicros(MEDIAN), 0) + " us, p99 "
                        + Figures.decimal(outcome.latencyMicros(P99), 0) + " us; longest time without an operation "
                        + Figures.decimal(outcome.maxGapMillis(), 1) + " ms",
                "CPU of all processes " + Figures.decimal(outcome.cpuMicrosPerOp(), 0) + " us per operation");
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
