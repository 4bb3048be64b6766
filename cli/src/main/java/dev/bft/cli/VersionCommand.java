package dev.bft.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the version. */
@Command(name = "version", description = "Print the version.")
final class VersionCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        spec.commandLine().getOut().println("bft " + version());
        return 0;
    }

    static String version() throws IOException {
        Properties built = new Properties();
        try (InputStream in = VersionCommand.class.getResourceAsStream("version.properties")) {
            built.load(Objects.requireNonNull(in, "version.properties is in the jar"));
        }
        return built.getProperty("version", "unknown");
    }
}
