package dev.bft.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import picocli.CommandLine;

/** Whether somebody looks at what is printed. */
final class Terminal {

    private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");
    private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

    private Terminal() {}

    /** Whether standard output is a terminal. */
    static boolean showsOutput() {
        return isTerminal(STANDARD_OUTPUT);
    }

    /** Whether standard error, where progress is shown, is a terminal. */
    static boolean showsErrors() {
        return isTerminal(STANDARD_ERROR);
    }

    /** Tells how a long command goes on, where somebody looks at standard error. */
    static Consumer<String> progress(CommandLine command) {
        String name = command.getCommandSpec().root().name() + " "
                + command.getParent().getCommandName();
        return line -> {
            if (showsErrors()) {
                command.getErr().println(name + ": " + line);
            }
        };
    }

    private static boolean isTerminal(Path descriptor) {
        try {
            String name = Files.readSymbolicLink(descriptor).toString();
            return name.startsWith("/dev/pts/") || name.startsWith("/dev/tty") || name.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }
}
