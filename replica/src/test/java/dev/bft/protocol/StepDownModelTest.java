package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.protocol.StepDownModel.Slip;
import dev.bft.sim.NewViewOracle.Mistake;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A replica that steps down from a view that it had left for (amendment RC4): all that can come of it. */
final class StepDownModelTest {
    private static final int REPLICAS = 4;
    private static final Rules PRODUCTION = Rules.production(REPLICAS, StepDownModel.LOG);

    @Test
    void aBoundOnNumbersKeepsWhatCommitted() {
        StepDownModel model = new StepDownModel(PRODUCTION);
        assertThat(model.findings()).isEmpty();
        assertThat(model.newViews()).isGreaterThan(100_000);
    }

    @ParameterizedTest
    @EnumSource(names = {"VOTES_BELOW_THE_BOUND", "VOTES_A_LOG_TOO_EARLY", "KEEPS_WHAT_IS_FAR_AHEAD"})
    void withoutOneOfItsPartsItIsUndone(Slip slip) {
        assertThat(new StepDownModel(PRODUCTION, slip).findings())
                .as("B left before it saw what the others committed")
                .anyMatch(found -> found.contains("A prepared m, B did nothing, I prepared m"));
    }

    @Test
    void itIsUndoneIfOldWordCountsForAnyNumber() {
        Rules unbounded = Rules.with(REPLICAS, StepDownModel.LOG, Mistake.NO_UPPER_MARK);
        assertThat(new StepDownModel(unbounded).findings()).isNotEmpty();
    }

    /** Time instead of numbers: by then all have forgotten the old message, but for a whole NEW-VIEW, which nobody accepts. */
    @Test
    void toRefuseTheNewViewIsNotEnough() {
        assertThat(new StepDownModel(PRODUCTION, Slip.VOTES_BELOW_THE_BOUND, Slip.REFUSES_INSTEAD).findings())
                .isNotEmpty();
    }
}
