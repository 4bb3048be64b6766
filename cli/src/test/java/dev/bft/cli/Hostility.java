package dev.bft.cli;

import java.io.IOException;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** What a hostile process does between two orders. */
interface Hostility {
    /** Whether it has done any harm yet. */
    boolean hasHarmed();

    /**
     * Does it until it is told to stop.
     *
     * @param stopped asked many times a second
     * @return how often it did what
     */
    Map<String, Long> run(BooleanSupplier stopped) throws IOException, InterruptedException;
}
