package dev.bft.protocol;

import static dev.bft.protocol.Said.A;
import static dev.bft.protocol.Said.B;
import static dev.bft.protocol.Said.NULL;
import static dev.bft.protocol.Said.above;
import static dev.bft.protocol.Said.held;
import static dev.bft.protocol.Said.in;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.protocol.NewViewDecision.Attempt;
import dev.bft.protocol.NewViewDecision.Chosen;
import dev.bft.protocol.NewViewDecision.Usable;
import dev.bft.wire.Digest;
import dev.bft.wire.StatusPending.Missing;
import dev.bft.wire.ViewChange;
import dev.bft.wire.ViewChange.Held;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Section 6.6, what the new primary chooses: n = 4, K = 4, L = 8. Whatever is chosen, a backup accepts. */
final class NewViewDecisionTest {
    private static final Usable ALL = (seqno, batch) -> true;
    private final NewViewDecision decision = new NewViewDecision(new Quorums(4), 8);

    // Step 1: where the view begins.

    @Test
    void theHighestCheckpointThatTwoHoldIsTheStart() {
        assertChosen(held(8), List.of(), above(4).holds(8), above(4).holds(8), above(4));
    }

    @Test
    void aCheckpointThatOneAloneHoldsIsNotTheStart() {
        assertChosen(held(4), List.of(), above(4).holds(8), above(4), above(4));
        assertChosen(held(4), List.of(), above(4).holds(new Held(8, A)), above(4).holds(8), above(4));
    }

    @Test
    void theStartHasAQuorumThatIsNotAboveIt() {
        assertWaits(above(4).holds(8), above(4).holds(8), above(12));
        assertWaits(above(4), above(4), above(8));
        assertChosen(held(4), List.of(), above(4), above(4), above(8), above(4));
    }

    @Test
    void holdersOfTheStartAndTheQuorumBelowItNeedNotBeTheSame() {
        // Section 11, A4(b): replica 2 does not hold 8, and counts below it all the same.
        assertChosen(held(8), List.of(), above(8), above(4).holds(8), above(4));
    }

    @Test
    void withoutACheckpointThatTwoHoldThereIsNoDecision() {
        assertWaits(above(0), above(4), above(8));
        assertThat(decision.decide(List.of(), ALL)).isEqualTo(new Attempt(java.util.Optional.empty(), List.of()));
    }

    @Test
    void twoMessagesAreNeverEnough() {
        assertWaits(above(4), above(4));
    }

    // Step 2: what stands where.

    @Test
    void aFalseClaimDelaysTheDecisionUntilTheHonestOneArrives() {
        // Appendix E, 1.
        Said zero = in(1, 4).prepared(5, A, 0);
        Said one = in(1, 4).prepared(5, A, 0);
        Said two = in(1, 4).prepared(5, B, 0);
        Said three = in(1, 4);
        assertWaits(one, two, three);
        assertChosen(held(4), List.of(A), zero, one, two, three);
    }

    @Test
    void aClaimOfALaterViewNeedsAVoucher() {
        // Appendix E, 2: A1 holds for (5,b,7), A2 does not.
        Said zero = in(8, 4).prepared(5, A, 0);
        Said one = in(8, 4).prepared(5, A, 0);
        Said two = in(8, 4).prepared(5, B, 7);
        Said three = in(8, 4);
        assertChosen(held(4), List.of(A), zero, one, two, three);
        assertWaits(zero, two, three);
    }

    @Test
    void whatOnePreparedAndAnotherVotedForIsChosen() {
        assertChosen(held(4), List.of(A), above(4).prepared(5, A, 3), above(4).voted(5, A, 3), above(4));
    }

    @Test
    void aVoteInALaterViewVouchesAndAVoteInAnEarlierOneDoesNot() {
        Said prepared = above(4).prepared(5, A, 3);
        assertChosen(held(4), List.of(A), prepared, above(4).voted(5, A, 6), above(4));
        assertWaits(prepared, above(4).voted(5, A, 2), above(4));
    }

    @Test
    void anEarlierClaimOfAnotherBatchAgreesWithALaterOne() {
        // A1: u' < u.
        assertChosen(
                held(4), List.of(B), above(4).prepared(5, A, 3), above(4).prepared(5, B, 4), above(4).voted(5, B, 4));
    }

    @Test
    void aLaterClaimOfTheSameBatchSpeaksAgainstTheEarlierViewOnly() {
        // A1 fails for (a,3), as replica 1 names a later view; it holds for (a,5).
        assertChosen(
                held(4), List.of(A), above(4).prepared(5, A, 3), above(4).prepared(5, A, 5), above(4).voted(5, A, 5));
    }

    @Test
    void inOneViewTwoBatchesSpeakAgainstEachOther() {
        assertWaits(above(4).prepared(5, A, 3), above(4).prepared(5, B, 3), above(4).voted(5, A, 3));
    }

    @Test
    void whereAQuorumPreparedNothingIsNull() {
        Said alone = above(4).prepared(5, A, 3);
        assertChosen(held(4), List.of(), alone, above(4), above(4), above(4));
        Said later = above(4).prepared(6, A, 3);
        assertChosen(held(4), List.of(NULL, A), later, later, above(4));
    }

    @Test
    void aNullBatchThatWasPreparedIsABatchLikeOthers() {
        Said nothing = above(4).prepared(5, NULL, 3);
        assertChosen(held(4), List.of(NULL), nothing, nothing, above(4));
        assertWaits(nothing, above(4).prepared(5, A, 3), above(4));
        Said later = above(4).prepared(5, A, 2);
        assertChosen(held(4), List.of(NULL), nothing, nothing, later);
        assertChosen(held(4), List.of(A), above(4).prepared(5, A, 4), nothing, above(4).voted(5, A, 5));
    }

    @Test
    void ofTwoSupportedBatchesTheOneOfTheLaterViewIsChosen() {
        Said early = above(4).prepared(5, A, 3);
        Said late = above(4).prepared(5, B, 5).voted(5, A, 3);
        assertChosen(held(4), List.of(B), early, late, above(4).voted(5, B, 5), above(4));
    }

    @Test
    void anUnsupportedClaimOfALaterViewDoesNotPutABatchFirst() {
        // Two views of a are claimed: (a,9) has no voucher, (a,2) is supported, and so is (b,5).
        NewViewDecision seven = new NewViewDecision(new Quorums(7), 8);
        Said silent = above(4).voted(5, A, 2).voted(5, B, 5);
        List<ViewChange> s = Said.messages(
                above(4).prepared(5, A, 2),
                above(4).prepared(5, A, 9),
                above(4).prepared(5, B, 5),
                silent,
                silent,
                silent,
                silent);
        assertThat(seven.decide(s, ALL).chosen().map(Chosen::batches)).contains(List.of(B));
    }

    // Step 2, A2 in its bounded form (section 6.10).

    @Test
    void whoVotedForTwoOthersSinceVouchesForAnything() {
        Said moved = above(4).voted(5, B, 6).voted(5, NULL, 4);
        assertChosen(held(4), List.of(A), above(4).prepared(5, A, 3), moved, above(4));
        assertChosen(held(4), List.of(A), above(4).prepared(5, A, 4), moved, above(4));
        assertWaits(above(4).prepared(5, A, 5), moved, above(4));
    }

    @Test
    void whoVotedForOneOtherSinceDoesNotVouch() {
        assertWaits(above(4).prepared(5, A, 3), above(4).voted(5, B, 6), above(4));
        assertWaits(above(4).prepared(5, A, 3), above(4).voted(5, B, 6).voted(5, NULL, 2), above(4));
    }

    @Test
    void votesElsewhereDoNotVouch() {
        Said elsewhere = above(4).voted(6, A, 6).voted(6, B, 5).voted(7, A, 4);
        assertWaits(above(4).prepared(5, A, 3), elsewhere, above(4));
    }

    @Test
    void twoVotesInOneViewVouchForThatViewAndBelow() {
        // Amendment AG11: v1 >= v2, equal ones included.
        Said twice = above(4).voted(5, B, 4).voted(5, NULL, 4);
        assertChosen(held(4), List.of(A), above(4).prepared(5, A, 4), twice, above(4));
        assertWaits(above(4).prepared(5, A, 5), twice, above(4));
    }

    // Step 2, A3.

    @Test
    void aBatchThatThePrimaryLacksIsAskedFor() {
        Said prepared = above(4).prepared(5, A, 3);
        Attempt attempt =
                decision.decide(Said.messages(prepared, prepared, above(4)), (seqno, batch) -> !batch.equals(A));
        assertThat(attempt.chosen()).isEmpty();
        assertThat(attempt.missing()).containsExactly(new Missing(5, A));
    }

    @Test
    void aBatchThatThePrimaryLacksDoesNotBlockAnEarlierOne() {
        // Amendment AG10: a liar's batch that passes A1 and A2 need not exist.
        Said invented = above(4).prepared(5, B, 5);
        Said moved = above(4).voted(5, NULL, 6).voted(5, A, 5);
        List<ViewChange> s = Said.messages(invented, moved, above(4).prepared(5, A, 3), above(4));
        Attempt attempt = decision.decide(s, (seqno, batch) -> batch.equals(A));
        assertThat(attempt.chosen().map(Chosen::batches)).contains(List.of(A));
        assertThat(attempt.missing()).containsExactly(new Missing(5, B));
    }

    @Test
    void aBatchThatThePrimaryLacksDoesNotBlockNull() {
        Said invented = above(4).prepared(5, B, 5).prepared(6, A, 5);
        Said moved = above(4).voted(5, NULL, 6).voted(5, A, 5).prepared(6, A, 5);
        List<ViewChange> s = Said.messages(invented, moved, above(4), above(4));
        Attempt attempt = decision.decide(s, (seqno, batch) -> batch.equals(A));
        assertThat(attempt.chosen().map(Chosen::batches)).contains(List.of(NULL, A));
    }

    @Test
    void theNullBatchIsNeverLacking() {
        Said nothing = above(4).prepared(5, NULL, 3);
        Attempt attempt = decision.decide(Said.messages(nothing, nothing, above(4)), (seqno, batch) -> false);
        assertThat(attempt.chosen().map(Chosen::batches)).contains(List.of(NULL));
        assertThat(attempt.missing()).isEmpty();
    }

    private void assertWaits(Said... said) {
        assertThat(decision.decide(Said.messages(said), ALL).chosen()).isEmpty();
    }

    private void assertChosen(Held start, List<Digest> batches, Said... said) {
        List<ViewChange> s = Said.messages(said);
        assertThat(decision.decide(s, ALL).chosen()).contains(new Chosen(start.seqno(), start.state(), batches));
        assertThat(decision.isValid(Said.newView(s, start, batches), s)).isTrue();
    }
}
