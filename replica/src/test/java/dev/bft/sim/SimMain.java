package dev.bft.sim;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The simulator as a command: {@code run} many seeds, or {@code replay} one. Exit codes: 0 all held, 8 a seed broke an
 * invariant or the sweep missed a floor, 2 wrong usage.
 */
public final class SimMain {
    private static final int OK = 0;
    private static final int USAGE = 2;
    static final int BROKEN = 8;

    /** The batches of a run if nobody says. */
    static final int BATCHES = 2000;

    private static final String HELP = """
            usage: run [--seeds N] [--first SEED] [--replicas 4|7] [--threads T] [--batches B] [-o text|json]
                   replay SEED [--replicas 4|7] [--batches B] [--trace]
                   scenario NAME SEED [--replicas 4|7] [--trace]""";

    private final PrintStream out;
    private final PrintStream err;
    private final Map<String, String> options = new TreeMap<>();

    private SimMain(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Runs the command and ends the process with its exit code. */
    public static void main(String[] args) throws InterruptedException {
        System.exit(run(args, System.out, System.err));
    }

    /** Runs the command. */
    public static int run(String[] args, PrintStream out, PrintStream err) throws InterruptedException {
        return new SimMain(out, err).run(args);
    }

    private int run(String[] args) throws InterruptedException {
        ArrayDeque<String> words = new ArrayDeque<>(Arrays.asList(args));
        String verb = words.isEmpty() ? "" : words.remove();
        try {
            if (verb.equals("run")) {
                read(words, List.of("--seeds", "--first", "--replicas", "--threads", "--batches", "-o"), List.of());
                return sweep();
            }
            if (verb.equals("replay") && !words.isEmpty()) {
                long seed = Long.parseLong(words.remove());
                read(words, List.of("--replicas", "--batches"), List.of("--trace"));
                return replay(seed);
            }
            if (verb.equals("scenario") && words.size() > 1) {
                Scenario scenario = Scenarios.of(words.remove());
                long seed = Long.parseLong(words.remove());
                read(words, List.of("--replicas"), List.of("--trace"));
                return shown(trace -> scenario.run(seed, replicas(), trace));
            }
        } catch (NumberFormatException e) {
            err.println("not a number: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
        }
        err.println(HELP);
        return USAGE;
    }

    private void read(ArrayDeque<String> words, List<String> valued, List<String> flags) {
        while (!words.isEmpty()) {
            String name = words.remove();
            if (flags.contains(name)) {
                options.put(name, "");
            } else if (valued.contains(name) && !words.isEmpty()) {
                options.put(name, words.remove());
            } else {
                throw new IllegalArgumentException("unknown option, or no value for it: " + name);
            }
        }
    }

    private int number(String name, int usual, int least, int most) {
        int value = Integer.parseInt(options.getOrDefault(name, String.valueOf(usual)));
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " " + value + ": must be " + least + " to " + most);
        }
        return value;
    }

    private int replicas() {
        int replicas = number("--replicas", 4, 4, 7);
        if (replicas % 3 != 1) {
            throw new IllegalArgumentException("--replicas " + replicas + ": must be 4 or 7");
        }
        return replicas;
    }

    private int batches() {
        return number("--batches", BATCHES, 100, 1_000_000);
    }

    private int sweep() throws InterruptedException {
        String format = options.getOrDefault("-o", "text");
        if (!format.equals("text") && !format.equals("json")) {
            throw new IllegalArgumentException("-o " + format + ": must be text or json");
        }
        int cores = Runtime.getRuntime().availableProcessors();
        long first = Long.parseLong(options.getOrDefault("--first", "1"));
        Sweep.Range range = new Sweep.Range(
                first, number("--seeds", 20, 1, 1_000_000), replicas(), batches(), number("--threads", cores, 1, 1024));
        long began = System.nanoTime();
        SweepProgress progress = new SweepProgress(range.seeds());
        SweepReport report = Sweep.run(range, outcome -> {
            boolean broke = outcome.violation().isPresent();
            if (broke) {
                err.println(outcome.line());
            }
            progress.add(broke, System.nanoTime() - began).ifPresent(err::println);
        });
        err.printf(Locale.ROOT, "%.0f s on %d threads%n", (System.nanoTime() - began) / 1e9, range.threads());
        if (format.equals("json")) {
            out.println(report.json());
        } else {
            report.lines().forEach(out::println);
        }
        return report.isGood() ? OK : BROKEN;
    }

    private int replay(long seed) {
        Plan plan = Plan.draw(seed, replicas(), batches());
        out.println(plan.describe());
        return shown(trace -> new Simulation(plan, trace).run());
    }

    private int shown(Function<Optional<PrintStream>, Outcome> run) {
        PrintStream buffered = new PrintStream(out, false, StandardCharsets.UTF_8);
        Outcome outcome = run.apply(options.containsKey("--trace") ? Optional.of(buffered) : Optional.empty());
        buffered.flush();
        out.println(outcome.line());
        return outcome.violation().isPresent() ? BROKEN : OK;
    }
}
