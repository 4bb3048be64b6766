package dev.bft.cli;

import dev.bft.service.kv.KvOperation;
import picocli.CommandLine.Command;

/** The commands of the key-value service. */
@Command(
        name = "kv",
        description = {
            "Read and write the replicated key-value store.",
            "A key has 1 to 1024 bytes, a value up to 1 MiB. Every command is one operation that 2f+1 replicas agree on;"
                    + " a list of more than " + KvOperation.LIST_MAX + " keys is one for each " + KvOperation.LIST_MAX
                    + " of them."
        },
        subcommands = {
            KvPutCommand.class,
            KvGetCommand.class,
            KvListCommand.class,
            KvDeleteCommand.class,
            KvCasCommand.class
        })
@Manual(
        examples = {
            "bft kv put greeting hello", "set a key",
            "bft kv get greeting", "print its value",
            "bft kv list gr", "the keys that begin with gr"
        },
        exits = {ExitCode.CONFIG, ExitCode.UNREACHABLE, ExitCode.TIMEOUT, ExitCode.NO_QUORUM, ExitCode.NOT_FOUND})
final class KvCommand {}
