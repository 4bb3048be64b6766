package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.protocol.BoundedQModel.End;
import dev.bft.sim.NewViewOracle.Mistake;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Section 6.10, long runs drawn at random; {@code -Dmodel.runs=100000} draws more of them. */
@Execution(ExecutionMode.CONCURRENT)
final class BoundedQModelTest {
    private static final int RUNS = Integer.getInteger("model.runs", 2_000);
    private static final long LOG = 2;

    @ParameterizedTest
    @CsvSource({"4, 2", "4, 3", "7, 2", "7, 4"})
    void withTwoKindsOfVoucherTwoPairsInQAreSafeAndNeverStuck(int replicas, int pairs) {
        BoundedQModel model = new BoundedQModel(replicas, Rules.production(replicas, LOG), pairs);
        for (int seed = 0; seed < RUNS; seed++) {
            assertThat(model.run(seed)).as("seed %s", seed).isEqualTo(End.SAFE);
        }
    }

    @ParameterizedTest
    @CsvSource({"4, 1", "4, 2", "4, 3", "7, 1", "7, 2"})
    void aPlainBoundOnQIsSafeAndGetsStuck(int replicas, int pairs) {
        assertThat(ends(replicas, pairs, Mistake.NO_SECOND_KIND))
                .containsKey(End.STUCK)
                .doesNotContainKeys(End.UNSAFE, End.ILL_FORMED);
    }

    @ParameterizedTest
    @CsvSource({"4, 2", "7, 4"})
    void withoutA2WhatCommittedIsReplaced(int replicas, int pairs) {
        assertThat(ends(replicas, pairs, Mistake.NO_A2)).containsKey(End.UNSAFE);
    }

    @ParameterizedTest
    @CsvSource({"4, 2", "7, 4"})
    void withA1Of2fWhatCommittedIsReplaced(int replicas, int pairs) {
        assertThat(ends(replicas, pairs, Mistake.A1_OF_2F)).containsKey(End.UNSAFE);
    }

    private static Map<End, Integer> ends(int replicas, int pairs, Mistake mistake) {
        BoundedQModel model = new BoundedQModel(replicas, Rules.with(replicas, LOG, mistake), pairs);
        Map<End, Integer> ends = new EnumMap<>(End.class);
        for (int seed = 0; seed < 4_000; seed++) {
            ends.merge(model.run(seed), 1, Integer::sum);
        }
        return ends;
    }
}
