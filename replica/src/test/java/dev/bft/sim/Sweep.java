package dev.bft.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Many seeds, one after the other on each thread; their outcomes come in the order of the seeds. */
final class Sweep {
    /**
     * What to run.
     *
     * @param first the first seed
     * @param seeds how many
     * @param replicas n
     * @param batches how many batches each executes at least
     * @param threads how many seeds at a time
     */
    record Range(long first, int seeds, int replicas, int batches, int threads) {}

    private Sweep() {}

    /** Runs the seeds; each outcome is shown as soon as it and all before it are there. */
    static SweepReport run(Range range, Consumer<Outcome> show) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(range.threads);
        try {
            List<Future<Outcome>> running = new ArrayList<>();
            for (int i = 0; i < range.seeds; i++) {
                long seed = range.first + i;
                Callable<Outcome> one = () -> one(range, seed);
                running.add(threads.submit(one));
            }
            SweepReport report = new SweepReport(range);
            for (Future<Outcome> future : running) {
                Outcome outcome = future.get();
                show.accept(outcome);
                report.add(outcome);
            }
            return report;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the simulator itself failed", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private static Outcome one(Range range, long seed) {
        return new Simulation(Plan.draw(seed, range.replicas, range.batches), Optional.empty()).run();
    }
}
