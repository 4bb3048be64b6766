package dev.bft.cli;

import picocli.CommandLine.Command;

/** The commands about bft.toml. */
@Command(
        name = "config",
        description = "Check the cluster's settings and keys.",
        subcommands = ConfigCheckCommand.class)
@Manual(
        examples = {
            "bft config check", "look at ./bft-cluster",
            "bft config check -c /srv/c1", "look at another cluster",
            "bft config check -o json", "the findings for a program"
        },
        exits = ExitCode.CONFIG)
final class ConfigCommand {}
