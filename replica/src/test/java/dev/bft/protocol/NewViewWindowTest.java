package dev.bft.protocol;

import static dev.bft.protocol.Said.A;
import static dev.bft.protocol.Said.B;
import static dev.bft.protocol.Said.NULL;
import static dev.bft.protocol.Said.above;
import static dev.bft.protocol.Said.held;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.protocol.NewViewDecision.Chosen;
import dev.bft.wire.Digest;
import dev.bft.wire.ViewChange;
import dev.bft.wire.ViewChange.Held;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Section 6.6, which messages count for which seqno, and where the list ends: n = 4, K = 4, L = 8. */
final class NewViewWindowTest {
    private final NewViewDecision decision = new NewViewDecision(new Quorums(4), 8);

    // A message counts for n only if h < n <= h + 2L (sections 6.6, 6.7; 10.3, 6; amendment RC4).

    @Test
    void whoForgotASeqnoSaysNothingAboutIt() {
        // Replica 0 executed 5 to 8 and forgot them: it is not one of three that prepared nothing there.
        Said ahead = above(8);
        Said behind = above(4).prepared(5, A, 3);
        assertWaits(ahead, behind, above(4), above(4));
        assertChosen(held(4), List.of(A), ahead, behind, above(4).voted(5, A, 3), above(4));
    }

    @Test
    void whoForgotASeqnoDoesNotAgreeWithAClaimAboutIt() {
        // A1 holds for (5,b,3) only if replica 0 is counted.
        Said liar = above(4).prepared(5, B, 3);
        Said witness = above(4).prepared(5, A, 3).voted(5, B, 3);
        assertWaits(above(8), liar, witness, above(4));
    }

    @Test
    void aMessageOfAFasterReplicaIsCountedAboveItsMark() {
        Said ahead = above(8).prepared(9, A, 3);
        assertChosen(held(8), List.of(A), ahead, above(4).holds(8).voted(9, A, 3), above(4));
    }

    @Test
    void aMessageCountsUpToTwoLogsAboveItsMark() {
        // h* = 8 and replica 2 at h = 0: it counts to 16, the end of the window, exactly.
        Said late = above(8).prepared(16, A, 3);
        assertChosen(held(8), List.of(NULL, NULL, NULL, NULL, NULL, NULL, NULL, A), late, late, above(0).holds(4));
    }

    @Test
    void aMessageFromFurtherBelowDoesNotCount() {
        // Replica 2 is more than L behind the stable checkpoint of two others: its word would be too old above 16.
        assertWaits(above(12), above(12), above(0));
        assertChosen(held(12), List.of(), above(12), above(12), above(0), above(4));
    }

    @Test
    void anOldMessageDoesNotMakeANullOfWhatLiesFarAboveIt() {
        // RC4's trace: with replica 3's message from long ago, 17 would be null by B.
        Said knows = above(12).prepared(17, A, 3);
        assertWaits(knows, above(12), above(12), above(0));
        Said old = above(4);
        assertChosen(held(12), List.of(), knows, above(12), above(12), old);
    }

    @Test
    void aLowerStartServesWhereTheHighestHasTooFewThatCount() {
        // Two executed to 16, the third is still at 4 and counts to 20: the window of 12 ends there.
        Said ahead = above(8).holds(12, 16);
        for (long seqno = 9; seqno <= 16; seqno++) {
            ahead = ahead.prepared(seqno, A, 3);
        }
        assertChosen(held(12), Collections.nCopies(4, A), ahead, ahead, above(4));
        assertChosen(held(16), List.of(), ahead, ahead, above(8));
    }

    // Trimming (section 6.6).

    @Test
    void theListEndsWithTheLastSeqnoThatIsNotNullByB() {
        Said prepared = above(4).prepared(7, A, 3);
        assertChosen(held(4), List.of(NULL, NULL, A), prepared, prepared, above(4));
        Said last = above(4).prepared(12, A, 3);
        assertChosen(held(4), List.of(NULL, NULL, NULL, NULL, NULL, NULL, NULL, A), last, last, above(4));
    }

    @Test
    void claimsThatBOverridesAreNotListed() {
        Said alone = above(4).prepared(5, A, 3).prepared(7, NULL, 3);
        assertChosen(held(4), List.of(), alone, above(4), above(4), above(4));
    }

    @Test
    void claimsAboveTheWindowOfTheStartAreNotListed() {
        // Nothing committed above h*+L: f+1 correct ones would have an h above h*.
        Said ahead = above(8).prepared(16, A, 3);
        assertChosen(held(4), List.of(), ahead, above(4), above(4), above(4));
    }

    @Test
    void aPreparedBatchBelowTheStartIsNotListed() {
        Said prepared = above(4).holds(8).prepared(5, A, 3);
        assertChosen(held(8), List.of(), prepared, prepared, above(4));
    }

    // The same with two liars.

    @Test
    void sevenReplicasDecideWithFiveAndThreeVouchers() {
        NewViewDecision seven = new NewViewDecision(new Quorums(7), 8);
        Said prepared = above(4).prepared(5, A, 3);
        List<ViewChange> two = Said.messages(prepared, prepared, above(4), above(4), above(4));
        List<ViewChange> three = Said.messages(prepared, prepared, prepared, above(4), above(4));
        List<ViewChange> four = Said.messages(prepared, prepared, prepared, above(4));
        assertThat(seven.decide(two, (seqno, batch) -> true).chosen()).isEmpty();
        assertThat(seven.decide(four, (seqno, batch) -> true).chosen()).isEmpty();
        assertThat(seven.decide(three, (seqno, batch) -> true).chosen().map(Chosen::batches))
                .contains(List.of(A));
    }

    private void assertWaits(Said... said) {
        assertThat(decision.decide(Said.messages(said), (seqno, batch) -> true).chosen())
                .isEmpty();
    }

    private void assertChosen(Held start, List<Digest> batches, Said... said) {
        List<ViewChange> s = Said.messages(said);
        assertThat(decision.decide(s, (seqno, batch) -> true).chosen())
                .contains(new Chosen(start.seqno(), start.state(), batches));
        assertThat(decision.isValid(Said.newView(s, start, batches), s)).isTrue();
    }
}
