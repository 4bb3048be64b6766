package dev.bft.cli;

import picocli.CommandLine.Command;

/** The commands of the simulator. */
@Command(
        name = "sim",
        description = "Run the simulator: a whole cluster with its faults from one seed. Works from a checkout only.",
        subcommands = {SimRunCommand.class, SimReplayCommand.class})
@Manual(
        examples = {
            "bft sim run --seeds 20", "twenty seeds of four replicas",
            "bft sim run --seeds 20 --replicas 7", "twenty seeds of seven replicas",
            "bft sim replay 8412", "one seed again"
        },
        exits = {ExitCode.CONFIG, ExitCode.VERIFICATION})
final class SimCommand {}
