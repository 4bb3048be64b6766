package dev.bft.sim;

/** Which copy of a replica that runs twice each other node sees; it changes now and then. */
final class Sides {
    private final Timeline time;
    private final Rng rng;
    private final long period;

    Sides(Plan plan, Timeline time) {
        this.time = time;
        this.rng = new Rng(plan.seed()).split("sides", plan.replicas());
        this.period = rng.skewed(Plan.SECONDS, 60 * Plan.SECONDS);
    }

    /** 0 or 1. */
    int of(int node) {
        return rng.split("period", time.now() / period).split("node", node).below(2);
    }
}
