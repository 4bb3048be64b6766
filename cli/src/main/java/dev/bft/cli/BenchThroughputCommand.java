package dev.bft.cli;

import dev.bft.keystore.ConfigException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures how many operations are done in a second. */
@Command(
        name = "throughput",
        description = "Measure how many operations are done in a second; the ratio is that of these.")
@Manual(
        examples = {
            "bft bench throughput", "8 bytes there and back, 40 clients, votes on disk",
            "bft bench throughput --clients 100 --durability memory", "100 clients, votes in memory",
            "bft bench throughput --seconds 60 -o json", "a longer run, for a program"
        },
        exits = {ExitCode.CONFIG, ExitCode.UNREACHABLE, ExitCode.NO_QUORUM, ExitCode.DEGRADED, ExitCode.VERIFICATION},
        meanings = "7: some operations failed")
final class BenchThroughputCommand implements Callable<Integer> {

    private static final int CLIENTS = 40;

    @Spec
    private CommandSpec spec;

    @Mixin
    private BenchOptions options;

    @Option(names = "--clients", paramLabel = "N", description = "Operations under way at a time; 40 if not given.")
    private Optional<Integer> clients = Optional.empty();

    @Override
    public Integer call() throws CommandException, ConfigException, IOException, InterruptedException {
        return options.run(BenchReport.Mode.THROUGHPUT, clients.orElse(CLIENTS), spec.commandLine());
    }
}
