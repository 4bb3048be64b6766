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

/** Measures how long one operation takes. */
@Command(name = "latency", description = "Measure how long one operation takes; the ratio is that of the medians.")
@Manual(
        examples = {
            "bft bench latency", "8 bytes there and back, votes on disk",
            "bft bench latency --profile 0/4 --durability memory", "4 KiB back, votes in memory",
            "bft bench latency --attach -c /srv/c1 --seconds 10", "a cluster that runs"
        },
        exits = {ExitCode.CONFIG, ExitCode.UNREACHABLE, ExitCode.NO_QUORUM, ExitCode.DEGRADED, ExitCode.VERIFICATION},
        meanings = "7: some operations failed")
final class BenchLatencyCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private BenchOptions options;

    @Option(names = "--clients", paramLabel = "N", description = "Operations under way at a time; 1 if not given.")
    private Optional<Integer> clients = Optional.empty();

    @Override
    public Integer call() throws CommandException, ConfigException, IOException, InterruptedException {
        return options.run(BenchReport.Mode.LATENCY, clients.orElse(1), spec.commandLine());
    }
}
