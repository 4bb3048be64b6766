package dev.bft.sim;

import java.io.PrintStream;
import java.util.Optional;

/**
 * A situation made on purpose (12.3, and the traces of the amendments): a calm cluster, and a script that breaks it.
 *
 * @param name what it is called on the command line; begins with the paper's or the amendment's number if it has one
 * @param cast who is faulty, and what else is special about the plan
 * @param script what happens
 */
record Scenario(String name, Cast cast, Script script) {
    /** What is special about the plan. */
    interface Cast {
        Plan of(Plan calm);
    }

    Outcome run(long seed, int replicas, Optional<PrintStream> out) {
        return new Simulation(cast.of(Casts.calm(seed, replicas)), out).run(script);
    }

    @Override
    public String toString() {
        return name;
    }
}
