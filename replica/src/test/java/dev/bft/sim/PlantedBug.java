package dev.bft.sim;

import java.util.List;
import java.util.Set;

/**
 * A bug put into the production core on purpose: one place of one source is replaced.
 *
 * @param name what is wrong
 * @param file the source, below dev/bft
 * @param right what stands there; exactly once
 * @param wrong what stands there instead
 * @param caughtBy the invariants that may catch it
 * @param hunt where it must be caught
 */
record PlantedBug(String name, String file, String right, String wrong, Set<String> caughtBy, Hunt hunt) {
    private static final String BATCHES = "600";

    /**
     * Runs in which a bug must be caught.
     *
     * @param scenario a scenario; empty for a day drawn from the seed
     * @param seeds within how many seeds, from 1 on
     * @param replicas of how many replicas
     */
    record Hunt(String scenario, int seeds, int replicas) {
        static Hunt seeds(int seeds) {
            return new Hunt("", seeds, 4);
        }

        static Hunt scenario(String name, int seeds) {
            return new Hunt(name, seeds, 4);
        }

        /** The same in a cluster of another size. */
        Hunt of(int size) {
            return new Hunt(scenario, seeds, size);
        }

        /** The command that runs one seed. */
        List<String> command(int seed) {
            String number = String.valueOf(seed);
            String size = String.valueOf(replicas);
            return scenario.isEmpty()
                    ? List.of("replay", number, "--batches", BATCHES, "--replicas", size)
                    : List.of("scenario", scenario, number, "--replicas", size);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
