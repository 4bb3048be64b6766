package dev.bft.protocol;

import static dev.bft.protocol.Said.A;
import static dev.bft.protocol.Said.B;
import static dev.bft.protocol.Said.NULL;
import static dev.bft.protocol.Said.above;
import static dev.bft.protocol.Said.digest;
import static dev.bft.protocol.Said.in;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.wire.ViewChange;
import dev.bft.wire.ViewChange.Entry;
import dev.bft.wire.ViewChange.Held;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Section 6.4: which VIEW-CHANGE a correct replica may have sent. K = 4, L = 8, three digests in Q for a seqno. */
final class ClaimsTest {
    private static final long K = 4;
    private static final long L = 8;
    private static final int M = 3;

    @Test
    void aReplicaThatSawNothingIsWellFormed() {
        assertWellFormed(above(0));
        assertWellFormed(above(8));
        assertWellFormed(new Said(new ViewChange(1, 0, List.of(), List.of(), List.of())));
    }

    @Test
    void theViewIsAboveZero() {
        assertIllFormed(in(0, 0));
        assertWellFormed(in(1, 0));
    }

    @Test
    void theStableCheckpointIsAMultipleOfThePeriod() {
        assertIllFormed(above(6));
        assertIllFormed(above(7).prepared(9, A, 3));
    }

    @Test
    void whatItPreparedAndVotedForLiesInItsWindow() {
        for (long seqno : new long[] {0, 3, 4, 13, 400, Long.MAX_VALUE}) {
            assertIllFormed(above(4).prepared(seqno, A, 3));
            assertIllFormed(above(4).voted(seqno, A, 3));
        }
    }

    @Test
    void anEntryExactlyAtEitherEndOfTheWindowIsWellFormed() {
        // Section 10.3, 23: the end of the window belongs to it.
        assertWellFormed(above(4).prepared(5, A, 3).prepared(12, A, 3));
        assertWellFormed(above(4).voted(5, A, 3).voted(12, A, 3));
    }

    @Test
    void whatItPreparedAndVotedForWasInEarlierViews() {
        assertWellFormed(in(5, 0).prepared(1, A, 4));
        assertIllFormed(in(5, 0).prepared(1, A, 5));
        assertIllFormed(in(5, 0).prepared(1, A, Long.MAX_VALUE));
        assertIllFormed(in(5, 0).voted(1, A, 5));
    }

    @Test
    void atMostOneBatchIsPreparedAtASeqno() {
        assertIllFormed(above(0).prepared(1, A, 3).prepared(1, B, 4));
        assertIllFormed(above(0).prepared(1, A, 3).claimed(1, A, 3));
        assertWellFormed(above(0).prepared(1, A, 3).prepared(2, A, 3));
    }

    @Test
    void checkpointsAreMultiplesOfThePeriodFromTheStableOneToTheEndOfTheWindow() {
        assertWellFormed(above(4).holds(8, 12));
        assertIllFormed(above(4).holds(0));
        assertIllFormed(above(4).holds(9));
        assertIllFormed(above(4).holds(16));
    }

    @Test
    void atMostOneStateIsHeldAtACheckpoint() {
        assertIllFormed(above(4).holds(8).holds(new Held(8, A)));
        assertIllFormed(above(4).holds(new Held(4, A)));
        assertIllFormed(above(4).holds(8).holds(8));
    }

    @Test
    void votesAtASeqnoAreAtMostMDifferentBatches() {
        // Section 6.10.
        Said full = above(0).voted(1, digest(1), 3).voted(1, digest(2), 4).voted(1, digest(3), 5);
        assertWellFormed(full.voted(2, digest(4), 5));
        assertIllFormed(full.voted(1, digest(4), 6));
        assertIllFormed(above(0).voted(1, A, 3).voted(1, A, 4));
    }

    @Test
    void everyPreparedBatchHasAVoteInThatViewOrLater() {
        assertIllFormed(above(0).claimed(1, A, 3));
        assertIllFormed(above(0).claimed(1, A, 3).voted(1, A, 2));
        assertIllFormed(above(0).claimed(1, A, 3).voted(1, B, 3));
        assertIllFormed(above(0).claimed(1, A, 3).voted(2, A, 3));
        assertWellFormed(above(0).claimed(1, A, 3).voted(1, A, 7));
        assertWellFormed(above(0).claimed(1, NULL, 3).voted(1, NULL, 3));
    }

    @Test
    void numbersNearTheEndOfTheRangeAreIllFormedUnlessNothingIsClaimed() {
        long last = Long.MAX_VALUE - Long.MAX_VALUE % K;
        assertIllFormed(new Said(new ViewChange(9, last, List.of(), List.of(new Entry(5, A, 1)), List.of())));
        assertIllFormed(new Said(new ViewChange(9, last, List.of(), List.of(), List.of(new Entry(last + 1, A, 1)))));
    }

    @Test
    void claimsAreFoundBySeqno() {
        Claims claims = new Claims(above(4).prepared(6, A, 3)
                .voted(6, B, 2)
                .prepared(9, B, 1)
                .holds(8)
                .message());
        assertThat(claims.stable()).isEqualTo(4);
        assertThat(claims.checkpoints()).containsExactly(Said.held(4), Said.held(8));
        assertThat(claims.prepared(6)).contains(new Entry(6, A, 3));
        assertThat(claims.prepared(7)).isEmpty();
        assertThat(claims.lastPrepared()).isEqualTo(9);
        assertThat(claims.prePrepared(6)).containsExactly(new Entry(6, A, 3), new Entry(6, B, 2));
        assertThat(claims.prePrepared(7)).isEmpty();
        assertThat(new Claims(above(4).message()).lastPrepared()).isZero();
    }

    private static void assertWellFormed(Said said) {
        assertThat(new Claims(said.message()).isWellFormed(K, L, M))
                .as("%s", said)
                .isTrue();
    }

    private static void assertIllFormed(Said said) {
        assertThat(new Claims(said.message()).isWellFormed(K, L, M))
                .as("%s", said)
                .isFalse();
    }
}
