package dev.bft.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs one seed of the simulator again and shows what happens. */
@Command(name = "replay", description = "Run one seed of the simulator again and say what happened; always the same.")
@Manual(
        examples = {
            "bft sim replay 8412", "seed 8412 with four replicas",
            "bft sim replay 8412 --replicas 7", "the same seed with seven replicas",
            "bft sim replay 8412 --trace | sha256sum", "every event; the same bytes each time"
        },
        exits = {ExitCode.CONFIG, ExitCode.VERIFICATION},
        meanings = "8: the seed broke a rule")
final class SimReplayCommand implements Callable<Integer> {

    @Parameters(paramLabel = "SEED", description = "The seed.")
    private long seed;

    @Option(names = "--replicas", paramLabel = "N", description = "4 or 7; 4 if not given.")
    private int replicas = 4;

    @Option(names = "--batches", paramLabel = "N", description = "Batches before everything heals; 2000 if not given.")
    private Optional<Integer> batches = Optional.empty();

    @Option(names = "--trace", description = "Print every event and what came of it.")
    private boolean trace;

    @Override
    public Integer call() throws CommandException, IOException, InterruptedException {
        List<String> arguments =
                new ArrayList<>(List.of("replay", String.valueOf(seed), "--replicas", String.valueOf(replicas)));
        batches.ifPresent(count -> arguments.addAll(List.of("--batches", String.valueOf(count))));
        if (trace) {
            arguments.add("--trace");
        }
        return SimProcess.run(arguments);
    }
}
