package dev.bft.cli.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Drives a load, and a baseline by turns with it, so that both meet the same machine. */
public final class Bench {

    /** How often each is driven. */
    public static final int REPETITIONS = 5;

    private static final Duration WINDOW = Duration.ofSeconds(1);

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
    public Outcome run(Load load, Optional<Load> baseline) throws IOException, InterruptedException {
        warmUp(load, "cluster");
        if (baseline.isPresent()) {
            warmUp(baseline.get(), "baseline");
        }
        List<Sample> samples = new ArrayList<>();
        List<Sample> baselines = new ArrayList<>();
        for (int i = 1; i <= REPETITIONS; i++) {
            progress.accept("repetition " + i + " of " + REPETITIONS);
            samples.add(load.run(repetition));
            if (baseline.isPresent()) {
                baselines.add(baseline.get().run(repetition));
            }
        }
        return new Outcome(samples, baselines);
    }

    private void warmUp(Load load, String what) throws IOException, InterruptedException {
        WarmUp.<IOException>run(repetition.toSeconds() * 2, second -> {
            progress.accept("warming up the " + what + ", second " + second);
            return load.run(WINDOW).opsPerSecond();
        });
    }
}
