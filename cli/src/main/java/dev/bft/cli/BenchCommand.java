package dev.bft.cli;

import picocli.CommandLine.Command;

/** The measurements. */
@Command(
        name = "bench",
        description = {
            "Measure a cluster of four on this host, and by turns with it one unreplicated server that runs the same"
                    + " service over the same frames and MACs.",
            "Both are started for the measurement and removed after it, unless --attach names a running cluster.",
            "View changes, state transfers and checkpoints are measured without a baseline: one server has none."
        },
        subcommands = {
            BenchLatencyCommand.class,
            BenchThroughputCommand.class,
            BenchViewChangeCommand.class,
            BenchTransferCommand.class,
            BenchCheckpointCommand.class
        })
@Manual(
        examples = {
            "bft bench latency", "one client",
            "bft bench throughput --clients 40", "forty clients",
            "bft bench throughput --durability memory -o json", "votes in memory; for a program",
            "bft bench viewchange --replicas 7", "hand-overs among seven",
            "bft bench transfer --state 1GiB", "the fetching of a large state",
            "bft bench checkpoint", "the copies and digests of checkpoints"
        },
        exits = {
            ExitCode.CONFIG,
            ExitCode.UNREACHABLE,
            ExitCode.TIMEOUT,
            ExitCode.NO_QUORUM,
            ExitCode.DEGRADED,
            ExitCode.VERIFICATION
        })
final class BenchCommand {}
