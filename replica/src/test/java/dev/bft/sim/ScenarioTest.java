package dev.bft.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each scenario, in clusters of four and seven: all invariants hold, the cluster heals, and its situation occurred. */
@Execution(ExecutionMode.CONCURRENT)
class ScenarioTest {
    /** Seeds of each, with four and with seven replicas, more with -Dscenario.seeds; its situation may take some more. */
    private static final int FOUR = Integer.getInteger("scenario.seeds", 1);

    private static final int SEVEN = Integer.getInteger("scenario.seeds", 1);

    private static final int TO_OCCUR = 5;

    static List<Scenario> scenarios() {
        return Scenarios.all();
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void aScenarioEndsWellAndItsSituationOccurred(Scenario scenario) {
        for (int replicas : List.of(4, 7)) {
            long seeds = replicas == 4 ? FOUR : SEVEN;
            List<String> violations = new ArrayList<>();
            long occurred = 0;
            for (long seed = 1; seed <= seeds || (occurred == 0 && seed <= TO_OCCUR); seed++) {
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
