package dev.bft.cli;

import picocli.CommandLine.Command;

/** The measurements. */
@Command(
        name = "bench",
        description = {
            "Measure a cluster of four on this host, and by turns with it one unreplicated server that runs the same"
                    + " service over the same frames and MACs.",
            "Both are started for the measurement and removed after it, unless --attach names a running cluster."
        },
        subcommands = {BenchLatencyCommand.class, BenchThroughputCommand.class})
@Manual(
        examples = {
            "bft bench latency", "one client",
            "bft bench throughput --clients 40", "forty clients",
            "bft bench throughput --durability memory -o json", "votes in memory; for a program"
        },
        exits = {ExitCode.CONFIG, ExitCode.UNREACHABLE, ExitCode.DEGRADED})
final class BenchCommand {}
