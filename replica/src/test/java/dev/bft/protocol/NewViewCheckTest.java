package dev.bft.protocol;

import static dev.bft.protocol.Said.A;
import static dev.bft.protocol.Said.B;
import static dev.bft.protocol.Said.NULL;
import static dev.bft.protocol.Said.above;
import static dev.bft.protocol.Said.held;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.wire.Digest;
import dev.bft.wire.ViewChange;
import dev.bft.wire.ViewChange.Held;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Section 6.7, what a backup accepts: n = 4, K = 4, L = 8. Two prepared a at 5 and b at 7; one saw nothing. */
final class NewViewCheckTest {
    private static final Said PREPARED = above(4).prepared(5, A, 3).prepared(7, B, 3);
    private static final List<ViewChange> V = Said.messages(PREPARED, PREPARED, above(4));
    private final NewViewDecision decision = new NewViewDecision(new Quorums(4), 8);

    @Test
    void whatFollowsFromTheListedMessagesIsAccepted() {
        assertThat(accepts(V, held(4), A, NULL, B)).isTrue();
    }

    @Test
    void nullsBeyondTheLastBatchAreAcceptedToTheEndOfTheWindow() {
        assertThat(accepts(V, held(4), A, NULL, B, NULL)).isTrue();
        assertThat(accepts(V, held(4), A, NULL, B, NULL, NULL, NULL, NULL, NULL))
                .isTrue();
    }

    @Test
    void moreBatchesThanTheLogHoldsAreRefused() {
        assertThat(accepts(V, held(4), A, NULL, B, NULL, NULL, NULL, NULL, NULL, NULL))
                .isFalse();
    }

    @Test
    void fewerThanAQuorumOfMessagesAreRefused() {
        assertThat(accepts(Said.messages(PREPARED, PREPARED), held(4), A, NULL, B))
                .isFalse();
        assertThat(accepts(List.of(), held(4))).isFalse();
    }

    @Test
    void anotherBatchThanThePreparedOneIsRefused() {
        assertThat(accepts(V, held(4), B, NULL, B)).isFalse();
        assertThat(accepts(V, held(4), Said.digest(1), NULL, B)).isFalse();
        assertThat(accepts(V, held(4), Digest.ZERO, NULL, B)).isFalse();
    }

    @Test
    void nullInPlaceOfThePreparedOneIsRefused() {
        assertThat(accepts(V, held(4), NULL, NULL, B)).isFalse();
    }

    @Test
    void aBatchInPlaceOfNullIsRefused() {
        assertThat(accepts(V, held(4), A, A, B)).isFalse();
        assertThat(accepts(V, held(4), A, NULL, B, A)).isFalse();
    }

    @Test
    void aListThatLeavesOutAPreparedBatchIsRefused() {
        assertThat(accepts(V, held(4), A, NULL)).isFalse();
        assertThat(accepts(V, held(4), A)).isFalse();
        assertThat(accepts(V, held(4))).isFalse();
    }

    @Test
    void batchesInTheWrongOrderAreRefused() {
        assertThat(accepts(V, held(4), NULL, A, B)).isFalse();
    }

    @Test
    void anotherStateAtTheStartIsRefused() {
        assertThat(accepts(V, new Held(4, A), A, NULL, B)).isFalse();
        List<ViewChange> lie = Said.messages(PREPARED, PREPARED, above(4).holds(new Held(8, A)));
        assertThat(accepts(lie, new Held(8, A))).isFalse();
    }

    @Test
    void aStartThatOneAloneHoldsIsRefused() {
        List<ViewChange> v = Said.messages(above(4).holds(8), above(4), above(4));
        assertThat(accepts(v, held(8))).isFalse();
    }

    @Test
    void aStartBelowTheMarkOfOneInAQuorumIsRefused() {
        List<ViewChange> v = Said.messages(above(8), above(4), above(4));
        assertThat(accepts(v, held(4))).isFalse();
    }

    @Test
    void aLowerStartThanTheHighestIsAccepted() {
        // Section 6.7: backups need not insist on the maximum.
        List<ViewChange> v = Said.messages(above(4).holds(8), above(4).holds(8), above(4));
        assertThat(accepts(v, held(8))).isTrue();
        assertThat(accepts(v, held(4))).isTrue();
    }

    @Test
    void theTailIsNullByBOnTheListedMessagesAlone() {
        // Replica 0 forgot 5 to 8, so that only two say that nothing was prepared there.
        List<ViewChange> v = Said.messages(above(8), above(4), above(4), above(4).prepared(5, A, 3));
        assertThat(accepts(v, held(4))).isFalse();
        assertThat(accepts(v, held(4), NULL)).isFalse();
    }

    @Test
    void theTailReachesTheEndOfTheWindow() {
        Said last = above(4).prepared(12, A, 3);
        List<ViewChange> v = Said.messages(last, last, above(4));
        assertThat(accepts(v, held(4))).isFalse();
        Digest[] seven = Collections.nCopies(7, NULL).toArray(Digest[]::new);
        assertThat(accepts(v, held(4), seven)).isFalse();
    }

    @Test
    void anOldMessageDoesNotCountFarAboveItsMark() {
        // Amendment RC4: with h = 0 it counts to 16, and the window of 12 ends at 20.
        assertThat(accepts(Said.messages(above(12), above(12), above(0)), held(12)))
                .isFalse();
        assertThat(accepts(Said.messages(above(12), above(12), above(4)), held(12)))
                .isTrue();
    }

    @Test
    void anEarlierSupportedBatchIsAcceptedBesideALaterOne() {
        // A primary that lacks the later one goes on to the earlier (amendment AG10); a backup cannot tell.
        Said early = above(4).prepared(5, A, 3);
        Said late = above(4).prepared(5, B, 5).voted(5, A, 3);
        List<ViewChange> v = Said.messages(early, late, above(4).voted(5, B, 5), above(4));
        assertThat(accepts(v, held(4), A)).isTrue();
        assertThat(accepts(v, held(4), B)).isTrue();
    }

    private boolean accepts(List<ViewChange> v, Held start, Digest... batches) {
        return decision.isValid(Said.newView(v, start, List.of(batches)), v);
    }
}
