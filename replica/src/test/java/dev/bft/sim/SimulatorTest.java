package dev.bft.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole clusters under bad days drawn from seeds: a smoke run of what {@code bft sim run} does by the thousand. */
class SimulatorTest {
    private static final int THREADS = 2;

    @Test
    void fourReplicasKeepEveryInvariantAndHeal() throws InterruptedException {
        holds(new Sweep.Range(1, 12, 4, 1000, THREADS));
    }

    /** Short days, but so many that every fault, situation and misdeed occurs; a whole sweep is bft sim run. */
    @Test
    void fiveHundredShortDaysKeepEveryInvariantAndHeal() throws InterruptedException {
        holds(new Sweep.Range(1, 500, 4, 200, THREADS));
    }

    @Test
    void sevenReplicasKeepEveryInvariantAndHeal() throws InterruptedException {
        holds(new Sweep.Range(1, 6, 7, 800, THREADS));
    }

    private static void holds(Sweep.Range range) throws InterruptedException {
        SweepReport report = Sweep.run(range, outcome -> {});
        assertEquals(List.of(), report.violations().stream().map(Outcome::line).toList());
        assertEquals(List.of(), report.missed());
    }

    /**
     * Seeds in which the simulator itself was wrong: a request is held up for so long that it is executed when nobody asks
     * for anything any more; a replica leaves alone again before the operation that brought all together is done.
     */
    @ParameterizedTest
    @ValueSource(longs = {7694, 4944})
    void whatIsNoFaultIsNotCalledOne(long seed) throws InterruptedException {
        Sweep.Range range = new Sweep.Range(seed, 1, 4, SimMain.BATCHES, THREADS);
        SweepReport report = Sweep.run(range, outcome -> {});
        assertEquals(List.of(), report.violations().stream().map(Outcome::line).toList());
    }

    @Test
    void aSeedReplaysByteForByte() {
        for (long seed : List.of(3L, 17L)) {
            assertArrayEquals(trace(seed), trace(seed), "seed " + seed);
            assertEquals(hash(seed), hash(seed), "seed " + seed);
        }
        assertNotEquals(hash(3), hash(4));
    }

    private static byte[] trace(long seed) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Plan plan = Plan.draw(seed, 4, 100);
        PrintStream printed = new PrintStream(out, false, StandardCharsets.UTF_8);
        printed.println(new Simulation(plan, Optional.of(printed)).run().line());
        printed.flush();
        return out.toByteArray();
    }

    private static long hash(long seed) {
        return new Simulation(Plan.draw(seed, 4, 100), Optional.empty()).run().hash();
    }

    @Test
    void realKeysAndStandInsCarryTheSameProtocol() {
        Plan plan = Plan.draw(11, 4, 150);
        Plan real = new Plan(
                plan.seed(),
                4,
                plan.tunables(),
                plan.faults(),
                plan.weather(),
                plan.disks(),
                plan.load(),
                true,
                plan.traitors());
        Outcome outcome = new Simulation(real, Optional.empty()).run();
        assertEquals(Optional.empty(), outcome.violation().map(Violation::seen));
    }
}
