package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.protocol.SlotModel.Finding;
import dev.bft.protocol.SlotModel.Slip;
import dev.bft.sim.NewViewOracle.Mistake;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The view change over three views at one seqno, exhaustively; and that each rule left out is missed. */
@Execution(ExecutionMode.CONCURRENT)
final class SlotModelTest {
    /** How many different batches there are; the release is accepted with three. */
    private static final int DIGESTS = Integer.getInteger("model.digests", 2);

    @Test
    void withAllRulesNothingCommittedIsLostAndNoDecisionIsStuck() {
        SlotModel model = SlotModel.production(DIGESTS);
        assertThat(model.explore()).isEmpty();
        assertThat(model.states()).containsExactly(1, 115, 2_679, DIGESTS == 2 ? 29_917 : 45_644);
        assertThat(model.outcomes()).isEqualTo(1_244_835);
    }

    @Test
    void withoutA2AClaimOfALaterViewReplacesWhatCommitted() {
        assertFinds(SlotModel.mistaken(2, Mistake.NO_A2), "NEW-VIEW may say [b");
    }

    @Test
    void withA1Of2fAClaimOfTheSameViewReplacesWhatCommitted() {
        assertFinds(SlotModel.mistaken(2, Mistake.A1_OF_2F), "NEW-VIEW may say [b");
    }

    @Test
    void whenBCountsWhoForgotTheSeqnoNullReplacesWhatCommitted() {
        assertFinds(SlotModel.mistaken(2, Mistake.B_ABOVE_THE_MARK), "NEW-VIEW may say [null, free]");
    }

    @Test
    void aBoundOnQWithoutTheSecondKindOfVoucherIsStuck() {
        assertFinds(SlotModel.mistaken(1, Mistake.NO_SECOND_KIND), "stuck");
    }

    @Test
    void theSecondKindOfVoucherNeedsTwoPairs() {
        assertFinds(SlotModel.production(1, Slip.NONE), "stuck");
    }

    @Test
    void whoEntersAViewByTheShortcutWithoutUpdatingPLosesWhatCommitted() {
        // Amendment AG10.
        assertFinds(SlotModel.production(2, Slip.SHORTCUT_FORGETS), "NEW-VIEW may say [null, free]");
    }

    @Test
    void aCommitOnEvidenceThatIsRecordedInPMakesAViewChangeIllFormed() {
        // Amendment AG11.
        assertFinds(SlotModel.production(2, Slip.EVIDENCE_IN_P), "ill-formed");
    }

    @Test
    void whoKeepsPAfterALaterVoteForAnotherBatchLosesItsPair() {
        assertFinds(SlotModel.production(2, Slip.KEEPS_P), "ill-formed");
    }

    private static void assertFinds(SlotModel model, String words) {
        Optional<Finding> finding = model.explore();
        assertThat(finding).isPresent();
        assertThat(finding.map(Finding::what).orElse("")).startsWith(words);
    }
}
