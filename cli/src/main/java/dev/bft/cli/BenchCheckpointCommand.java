package dev.bft.cli;

import dev.bft.cli.bench.CheckpointCost;
import dev.bft.keystore.Sizes;
import dev.bft.service.State;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures what checkpoints cost. */
@Command(
        name = "checkpoint",
        description = {
            "Measure what checkpoints cost a replica: how long it takes to copy a page when it is first written after a"
                    + " checkpoint, and to digest the pages written when the next one is taken.",
            "This is done in this process, on the state that replicas have, without agreement and without a disk."
        })
@Manual(
        examples = {
            "bft bench checkpoint", "64 MiB of state",
            "bft bench checkpoint --state 1GiB", "a gigabyte",
            "bft bench checkpoint -o json", "for a program, a line for each number of pages"
        })
final class BenchCheckpointCommand implements Callable<Integer> {

    private static final long STATE_MIN = 4L << 20;
    private static final long STATE_MAX = 1L << 30;
    private static final List<Integer> MODIFIED = List.of(1, 16, 128, 1024);
    /** Pages that are written for one row, all rounds together, and before anything counts. */
    private static final int PAGES = 32_768;

    private static final int ROUNDS_MAX = 2_000;
    private static final double MICRO = 1e3;

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Option(
            names = "--state",
            paramLabel = "SIZE",
            description = "The size of the state, 4MiB to 1GiB; 64MiB if not given.")
    private String state = "64MiB";

    @Override
    public Integer call() throws CommandException {
        long bytes = Sizes.parse(state).orElse(0L);
        if (bytes < STATE_MIN || bytes > STATE_MAX) {
            throw new CommandException(ExitCode.USAGE, "--state is 4MiB to 1GiB, such as 64MiB");
        }
        int pages = Math.toIntExact(bytes / State.PAGE_SIZE);
        Consumer<String> progress = Terminal.progress(spec.commandLine());
        progress.accept("filling the state");
        CheckpointCost bench = new CheckpointCost(pages);
        for (int modified : MODIFIED) {
            progress.accept("warming up, " + modified + " pages");
            bench.measure(modified, rounds(modified));
        }
        List<CheckpointCost.Cost> costs = MODIFIED.stream()
                .map(modified -> {
                    progress.accept("measuring, " + modified + " pages");
                    return bench.measure(modified, rounds(modified));
                })
                .toList();
        say(pages, costs);
        return ExitCode.OK.code();
    }

    private static int rounds(int modified) {
        return Math.min(ROUNDS_MAX, PAGES / modified);
    }

    private void say(int pages, List<CheckpointCost.Cost> costs) {
        PrintWriter out = spec.commandLine().getOut();
        Table table = new Table("MODIFIED", "ROUNDS", "COPY", "MIN", "MAX", "DIGEST", "MIN", "MAX");
        for (CheckpointCost.Cost cost : costs) {
            Spread copy = Spread.of(cost.copies(), cost.pages());
            Spread digest = Spread.of(cost.digests(), cost.pages());
            if (output.json()) {
                Json json = Json.versioned()
                        .put("mode", "checkpoint")
                        .put("pages", pages)
                        .put("modified", cost.pages())
                        .put("rounds", cost.copies().size());
                out.println(digest.put(copy.put(json, "copy"), "digest"));
            } else {
                table.row(
                        Figures.count(cost.pages()),
                        Figures.count(cost.copies().size()),
                        copy.text(copy.median),
                        copy.text(copy.min),
                        copy.text(copy.max),
                        digest.text(digest.median),
                        digest.text(digest.min),
                        digest.text(digest.max));
            }
        }
        if (!output.json()) {
            out.println("checkpoint, state of " + Figures.count(pages) + " pages of " + State.PAGE_SIZE
                    + " bytes; us per page modified, median and spread of the rounds");
            table.lines().forEach(out::println);
        }
        out.flush();
    }

    /** Microseconds per page. */
    private record Spread(double median, double min, double max) {
        static Spread of(List<Long> nanos, int pages) {
            List<Double> each =
                    nanos.stream().map(n -> n / MICRO / pages).sorted().toList();
            return new Spread(each.get(each.size() / 2), each.get(0), each.get(each.size() - 1));
        }

        String text(double value) {
            return Figures.decimal(value, 2);
        }

        Json put(Json json, String name) {
            return json.put(name + "_us_per_page", median, 3)
                    .put(name + "_us_per_page_min", min, 3)
                    .put(name + "_us_per_page_max", max, 3);
        }
    }
}
