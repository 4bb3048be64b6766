package dev.bft.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the help of a command. */
@Command(name = "help", description = "Show the help of a command.")
@Manual(
        examples = {
            "bft help", "every command in a line",
            "bft help recover-now", "the help of one",
            "bft help kv cas", "the help of a command below a command"
        })
final class HelpCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "The words of the command; none for all.")
    private List<String> words = List.of();

    @Override
    public Integer call() throws CommandException {
        CommandLine command = spec.root().commandLine();
        for (String word : words) {
            CommandLine below = command.getSubcommands().get(word);
            if (below == null) {
                String message = "there is no command '" + String.join(" ", words) + "'; bft help lists them";
                throw new CommandException(ExitCode.USAGE, message);
            }
            command = below;
        }
        command.usage(spec.commandLine().getOut());
        return ExitCode.OK.code();
    }
}
