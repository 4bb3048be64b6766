package dev.bft.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole clusters under bad days drawn from seeds. */
class SimulatorTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aClusterKeepsEveryInvariantAndHeals(long seed) {
        Outcome outcome = new Simulation(Plan.draw(seed, 4, 500), Optional.empty()).run();
        assertEquals(Optional.empty(), outcome.violation().map(v -> outcome.line()));
    }
}
