package dev.bft.sim;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Something bad that happens once the cluster has come so far.
 *
 * @param batch after how many batches
 * @param delay how much later
 * @param fault what
 * @param target which replica or client
 * @param length for how long
 */
record Incident(int batch, long delay, Fault fault, int target, long length) {
    private static final int WEATHER = 8;
    private static final int OTHER = 5;
    private static final int BATCHES_MIN = 5;

    /** The incidents of a plan, in order. */
    static List<Incident> draw(Plan plan) {
        Rng rng = new Rng(plan.seed()).split("incidents", plan.replicas());
        List<Incident> all = new ArrayList<>();
        for (Fault fault : plan.faults()) {
            if (isLasting(fault)) {
                continue;
            }
            int count = fault == Fault.REVOKED_CLIENT ? 1 : (int) rng.skewed(1, isWeather(fault) ? WEATHER : OTHER);
            for (int i = 0; i < count; i++) {
                int batch = BATCHES_MIN + rng.below(plan.load().batches() - 2 * BATCHES_MIN);
                boolean client = fault == Fault.CLIENT_CRASH || fault == Fault.RESET || fault == Fault.REVOKED_CLIENT;
                int target = rng.below(client ? plan.load().clients() : plan.replicas());
                long length = rng.skewed(20 * Plan.MILLIS, isWeather(fault) ? 4 * Plan.SECONDS : 2 * Plan.SECONDS);
                all.add(new Incident(batch, rng.skewed(1, 100 * Plan.MILLIS), fault, target, length));
            }
        }
        all.sort(Comparator.comparingInt(Incident::batch));
        return all;
    }

    /** Faulty from the beginning to the end. */
    private static boolean isLasting(Fault fault) {
        return switch (fault) {
            case CLOCK_DRIFT, TORN_WRITE, BYZANTINE, TWINS, CROOKED_CLIENT, EXPIRED_CLIENT -> true;
            default -> false;
        };
    }

    /** Whether it is a storm of the network: all kinds that are on rage together. */
    boolean isWeather() {
        return isWeather(fault);
    }

    private static boolean isWeather(Fault fault) {
        return switch (fault) {
            case LOSS, DUPLICATION, REORDERING, CORRUPTION, REPLAY -> true;
            default -> false;
        };
    }
}
