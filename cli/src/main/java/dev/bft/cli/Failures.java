package dev.bft.cli;

import dev.bft.keystore.ConfigException;
import dev.bft.watchdog.WatchdogRefusalException;
import dev.bft.watchdog.WatchdogUnreachableException;
import dev.bft.watchdog.image.ImageRefusedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells a person why a command failed, in one line, and gives the exit code that says so to a script. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {

    private final BooleanSupplier verbose;

    /** @param verbose whether stack traces are wanted */
    Failures(BooleanSupplier verbose) {
        this.verbose = verbose;
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        text(e).lines().forEach(line -> err.println("bft: " + line));
        if (verbose.getAsBoolean()) {
            e.printStackTrace(err);
        }
        return exit(e).code();
    }

    @Override
    public int handleParseException(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        String name = command.getCommandSpec().qualifiedName();
        if (!command.getSubcommands().isEmpty()
                && command.getParseResult().originalArgs().isEmpty()) {
            command.usage(err);
            return ExitCode.USAGE.code();
        }
        err.println(name + ": " + oneLine(e) + "; see: " + name + " --help");
        if (verbose.getAsBoolean()) {
            e.printStackTrace(err);
        }
        return ExitCode.USAGE.code();
    }

    private static String oneLine(ParameterException e) {
        String text = String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", " ");
        String plain = text.isEmpty() ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
        List<String> near = e instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
        return near.isEmpty() ? plain : plain + "; did you mean " + String.join(" or ", near) + "?";
    }

    private static ExitCode exit(Exception e) {
        if (e instanceof CommandException failure) {
            return failure.exit();
        }
        if (e instanceof ConfigException || e instanceof FileSystemException) {
            return ExitCode.CONFIG;
        }
        if (e instanceof ImageRefusedException) {
            return ExitCode.VERIFICATION;
        }
        if (e instanceof WatchdogUnreachableException unreachable) {
            return unreachable.isLate() ? ExitCode.TIMEOUT : ExitCode.UNREACHABLE;
        }
        if (e instanceof WatchdogRefusalException refusal) {
            return exit(refusal.kind());
        }
        if (e instanceof InterruptedException) {
            return ExitCode.INTERRUPTED;
        }
        return ExitCode.INTERNAL;
    }

    private static ExitCode exit(WatchdogRefusalException.Cause cause) {
        return switch (cause) {
            case IMAGE -> ExitCode.VERIFICATION;
            case BUSY, NOT_OWNER -> ExitCode.INTERLOCK;
            case LATE -> ExitCode.TIMEOUT;
            case MALFORMED -> ExitCode.INTERNAL;
        };
    }

    private static String text(Exception e) {
        String message = String.valueOf(e.getMessage());
        if (e instanceof ConfigException config) {
            return String.join("\n", config.problems());
        }
        if (e instanceof NoSuchFileException) {
            return message + ": there is no such file; was the cluster's folder moved or removed?";
        }
        if (e instanceof AccessDeniedException) {
            return message + ": you may not read or write it; run as its owner";
        }
        if (e instanceof FileSystemException) {
            return message + "; make room or mend the file, then try again";
        }
        if (e instanceof ImageRefusedException) {
            return message + "; put the file back, or sign the image again with bft image sign";
        }
        boolean spoken = e instanceof CommandException || e instanceof IOException;
        return spoken ? message : "internal error: " + e + "; run it again with --verbose and report what it prints";
    }
}
