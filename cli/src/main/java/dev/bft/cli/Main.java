package dev.bft.cli;

import java.io.IOException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command {@code bft}: reads the arguments, runs one subcommand, exits with its code. */
@Command(
        name = "bft",
        description = "A Byzantine-fault-tolerant cluster with proactive recovery.",
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = Main.Version.class)
@Manual(
        examples = {
            "bft keygen", "make a cluster of four in ./bft-cluster",
            "bft status", "how its replicas are",
            "bft help recover-now", "the help of one command"
        })
public final class Main {

    private static final int HELP_WIDTH = 100;

    private static final List<Class<?>> COMMANDS = List.of(
            KeygenCommand.class,
            ClientCommand.class,
            ImageCommand.class,
            StartReplicaCommand.class,
            StartCommand.class,
            StopCommand.class,
            StatusCommand.class,
            RecoverNowCommand.class,
            HandOverCommand.class,
            AuditCommand.class,
            KvCommand.class,
            DemoCommand.class,
            BenchCommand.class,
            SimCommand.class,
            ConfigCommand.class,
            VersionCommand.class,
            HelpCommand.class);

    @SuppressWarnings("UnusedVariable") // Read by picocli, which then shows the help and runs nothing.
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    private boolean help;

    @SuppressWarnings("UnusedVariable") // Read by picocli, as above.
    @Option(names = "--version", versionHelp = true, description = "Print the version.")
    private boolean version;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Show the stack trace of what went wrong.")
    private boolean verbose;

    private Main() {}

    /** Runs {@code bft} with these arguments; never returns. */
    public static void main(String[] args) {
        System.exit(commandLine(args).execute(args));
    }

    /** The whole command line. */
    static CommandLine commandLine() {
        return commandLine(COMMANDS);
    }

    /**
     * As much of the command line as these arguments need: reading the annotations of all commands takes longer than
     * most of them run. Where the first word is no command's, that may be any.
     */
    static CommandLine commandLine(String... args) {
        List<Class<?>> typed = COMMANDS.stream()
                .filter(command -> args.length > 0
                        && command != HelpCommand.class
                        && command.getAnnotation(Command.class).name().equals(args[0]))
                .toList();
        return commandLine(typed.isEmpty() ? COMMANDS : typed);
    }

    private static CommandLine commandLine(List<Class<?>> commands) {
        Main main = new Main();
        Failures failures = new Failures(() -> main.verbose);
        CommandLine line = new CommandLine(main);
        commands.forEach(line::addSubcommand);
        line.setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(HELP_WIDTH);
        line.getSubcommands()
                .values()
                .forEach(below -> below.getCommandSpec().usageMessage().synopsisSubcommandLabel("COMMAND"));
        Footer.addTo(line);
        return line;
    }

    /** What {@code --version} prints. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() throws IOException {
            return new String[] {"bft " + VersionCommand.version()};
        }
    }
}
