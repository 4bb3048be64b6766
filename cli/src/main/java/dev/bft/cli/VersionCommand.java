package dev.bft.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the version. */
@Command(name = "version", description = "Print the version.")
@Manual(
        examples = {
            "bft version", "the version in one line",
            "bft version -o json", "the same for a program",
            "bft --version", "the same, as other programs say it"
        })
final class VersionCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws IOException {
        String text = output.json()
                ? Json.versioned()
                        .put("version", version())
                        .put("java", System.getProperty("java.version"))
                        .toString()
                : "bft " + version();
        spec.commandLine().getOut().println(text);
        return ExitCode.OK.code();
    }

    static String version() throws IOException {
        Properties built = new Properties();
        try (InputStream in = VersionCommand.class.getResourceAsStream("version.properties")) {
            built.load(Objects.requireNonNull(in, "version.properties is in the jar"));
        }
        return built.getProperty("version", "unknown");
    }
}
