package dev.bft.cli.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Drives a load, and a baseline by turns with it, so that both meet the same machine. Both are warm before: the compilers
 * of the cluster's processes and of this one rest.
 */
public final class Bench {

    /** How often each is driven. */
    public static final int REPETITIONS = 5;

    private static final Duration WINDOW = Duration.ofSeconds(1);
    /** A replica gives memory back after some idle seconds, the one with the largest number last. */
    private static final Duration GIVEN_BACK = Duration.ofSeconds(12);

    /** Bare sockets tell in a fifth of the time. */
    private static final int BARE_SHARE = 5;

    private final Duration repetition;
    private final Consumer<String> progress;

    /**
     * @param time of all repetitions together
     * @param progress told what is being done
     */
    public Bench(Duration time, Consumer<String> progress) {
        this.repetition = time.dividedBy(REPETITIONS);
        this.progress = progress;
    }

    /** Measures a load, and the baseline if there is one. */
    public Outcome run(Load load, Optional<Baseline> baseline) throws IOException, InterruptedException {
        boolean warm = warmUp(load, "cluster");
        if (baseline.isPresent()) {
            warm &= warmUp(baseline.get(), "baseline");
        }
        List<Sample> samples = new ArrayList<>();
        List<Sample> baselines = new ArrayList<>();
        List<Sample> echoes = new ArrayList<>();
        List<Sample> floors = new ArrayList<>();
        long loadEnded = System.nanoTime();
        long memoryMax = 0;
        for (int i = 1; i <= REPETITIONS; i++) {
            progress.accept("repetition " + i + " of " + REPETITIONS);
            samples.add(load.run(repetition));
            loadEnded = System.nanoTime();
            memoryMax = Math.max(memoryMax, ProcessMemory.largest(load.processes()));
            if (baseline.isPresent()) {
                baselines.add(baseline.get().run(repetition));
                echoes.add(baseline.get().echo(repetition.dividedBy(BARE_SHARE)));
                floors.add(baseline.get().floor(repetition.dividedBy(BARE_SHARE)));
            }
        }
        Outcome.Memory memory = new Outcome.Memory(memoryMax, memoryAfter(load, loadEnded));
        return new Outcome(samples, baselines, echoes, floors, memory, warm);
    }

    /** When the replicas have had the time to give back what they need no more. */
    private long memoryAfter(Load load, long loadEnded) throws IOException, InterruptedException {
        progress.accept("waiting until memory is given back");
        long left = GIVEN_BACK.toNanos() - (System.nanoTime() - loadEnded);
        Thread.sleep(Math.max(0, Duration.ofNanos(left).toMillis()));
        return ProcessMemory.largest(load.processes());
    }

    /** For twice as long as is measured, if it does not get warm before. */
    private boolean warmUp(Load load, String what) throws IOException, InterruptedException {
        long seconds = 2 * REPETITIONS * repetition.toSeconds();
        List<Long> processes = new ArrayList<>(load.processes());
        processes.add(ProcessHandle.current().pid());
        return WarmUp.<IOException>atRest(seconds, new CompilerTime(processes)::read, second -> {
            progress.accept("warming up the " + what + ", second " + second);
            load.run(WINDOW);
        });
    }
}
