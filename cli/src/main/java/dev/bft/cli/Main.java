package dev.bft.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The command {@code bft}: reads the arguments, runs one subcommand, exits with its code. */
@Command(
        name = "bft",
        description = "A Byzantine-fault-tolerant cluster with proactive recovery.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {VersionCommand.class, HelpCommand.class})
public final class Main {

    private Main() {}

    /** Runs {@code bft} with these arguments; never returns. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main());
    }
}
