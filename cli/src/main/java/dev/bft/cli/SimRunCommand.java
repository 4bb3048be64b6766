package dev.bft.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs many seeds of the simulator. */
@Command(
        name = "run",
        description = {
            "Run the simulator from many seeds; safety rules are checked after every step, liveness when everything has"
                    + " healed.",
            "A seed that breaks one is named, and bft sim replay shows it again."
        })
@Manual(
        examples = {
            "bft sim run --seeds 20", "seeds 1 to 20 of four replicas",
            "bft sim run --seeds 20 --replicas 7", "the same with seven replicas",
            "bft sim run --first 1000 --seeds 100", "seeds 1000 to 1099"
        },
        exits = {ExitCode.CONFIG, ExitCode.VERIFICATION},
        meanings = "8: a seed broke a rule, and is named, or the sweep saw too little to prove anything")
final class SimRunCommand implements Callable<Integer> {

    @Option(names = "--seeds", paramLabel = "N", description = "How many seeds; 20 if not given.")
    private int seeds = 20;

    @Option(names = "--replicas", paramLabel = "N", description = "4 or 7; 4 if not given.")
    private int replicas = 4;

    @Option(names = "--first", paramLabel = "SEED", description = "The first seed; 1 if not given.")
    private Optional<Long> first = Optional.empty();

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws CommandException, IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(
                List.of("run", "--seeds", String.valueOf(seeds), "--replicas", String.valueOf(replicas)));
        first.ifPresent(seed -> arguments.addAll(List.of("--first", String.valueOf(seed))));
        if (output.json()) {
            arguments.addAll(List.of("-o", "json"));
        }
        return SimProcess.run(arguments);
    }
}
