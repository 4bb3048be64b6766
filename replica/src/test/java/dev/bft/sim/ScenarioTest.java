package dev.bft.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each scenario: all invariants hold, the cluster heals, and its situation occurred. By turns in a cluster of four or of
 * seven; in both with -Dscenario.seeds, so many seeds of each.
 */
@Execution(ExecutionMode.CONCURRENT)
class ScenarioTest {
    private static final int SEEDS = Integer.getInteger("scenario.seeds", 0);

    /** Its situation may take some more. */
    private static final int TO_OCCUR = 5;

    static List<Scenario> scenarios() {
        return Scenarios.all();
    }

    private static List<Integer> sizes(Scenario scenario) {
        if (SEEDS > 0) {
            return List.of(4, 7);
        }
        return List.of(Scenarios.all().stream().map(Scenario::name).toList().indexOf(scenario.name()) % 2 == 0 ? 4 : 7);
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void aScenarioEndsWellAndItsSituationOccurred(Scenario scenario) {
        for (int replicas : sizes(scenario)) {
            List<String> violations = new ArrayList<>();
            long occurred = 0;
            for (long seed = 1; seed <= Math.max(1, SEEDS) || (occurred == 0 && seed <= TO_OCCUR); seed++) {
                Outcome outcome = scenario.run(seed, replicas, Optional.empty());
                outcome.violation().ifPresent(v -> violations.add(outcome.line()));
                occurred += outcome.tally().of(Tally.Count.OCCURRED);
            }
            assertThat(violations).isEmpty();
            assertThat(occurred)
                    .as(scenario + " with " + replicas + " replicas")
                    .isPositive();
        }
    }
}
