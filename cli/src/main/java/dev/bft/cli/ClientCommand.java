package dev.bft.cli;

import picocli.CommandLine.Command;

/** The commands about clients. */
@Command(
        name = "client",
        description = "List the clients of a cluster, and revoke one.",
        subcommands = {ClientListCommand.class, ClientRevokeCommand.class})
@Manual(
        examples = {
            "bft client list", "every client that was ever made, and until when its credential is good",
            "bft client revoke alice", "nothing is executed for alice any more",
            "bft keygen --client alice2", "a new client in the place of one that was revoked"
        },
        exits = {ExitCode.CONFIG})
final class ClientCommand {}
