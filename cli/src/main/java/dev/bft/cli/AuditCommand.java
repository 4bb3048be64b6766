package dev.bft.cli;

import picocli.CommandLine.Command;

/** The commands of the audit log. */
@Command(
        name = "audit",
        description = "Read the audit logs, which the watchdogs alone write.",
        subcommands = AuditTailCommand.class)
@Manual(
        examples = {
            "bft audit tail", "the newest records of all replicas of this host",
            "bft audit tail -f", "and every new one as it is written",
            "bft audit tail --type recovery,crash", "recoveries and crashes alone"
        },
        exits = {ExitCode.CONFIG, ExitCode.VERIFICATION})
final class AuditCommand {}
