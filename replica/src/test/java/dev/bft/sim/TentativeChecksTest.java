package dev.bft.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bft.protocol.Fact;
import dev.bft.protocol.Rerun;
import dev.bft.wire.Batch;
import dev.bft.wire.Digest;
import dev.bft.wire.NewView;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The checkers of what is executed ahead and of reads are shown what they are there for, beside what they let pass. */
class TentativeChecksTest {
    private static final Digest BATCH = Digest.of(new byte[] {1});
    private static final Digest OTHER = Digest.of(new byte[] {2});
    private static final int CELL = 3;

    private final Plan plan = Casts.calm(1, 4);
    private final Tally tally = new Tally();
    private final Tentative one = new Tentative(1, plan, tally);

    private static void broken(String invariant, Runnable step) {
        assertThatExceptionOfType(Violation.class)
                .isThrownBy(step::run)
                .matches(v -> v.invariant().equals(invariant), invariant);
    }

    private void isAhead(long seqno) {
        one.fact(new Fact.ExecutedAhead(seqno, BATCH), seqno - 1);
    }

    private static NewView newView(long checkpoint, Digest... batches) {
        return new NewView(1, List.of(), checkpoint, OTHER, List.of(batches));
    }

    @Test
    void oneBatchAheadIsRightAndNoMore() {
        isAhead(5);
        broken("tentative-bound", () -> isAhead(6));
        one.fact(new Fact.Committed(0, 5, BATCH), 4);
        broken("tentative-bound", () -> one.fact(new Fact.ExecutedAhead(7, BATCH), 5));
        isAhead(6);
    }

    @Test
    void whatWasExecutedAheadMustNotLieUnderAnotherBatch() {
        isAhead(5);
        broken("tentative-bound", () -> one.fact(new Fact.Committed(0, 5, OTHER), 4));
        broken("tentative-bound", () -> one.fact(new Fact.TransferDone(8, OTHER, 1), 4));
        one.fact(new Fact.RolledBack(5), 4);
        one.fact(new Fact.Committed(0, 5, OTHER), 4);
        broken("tentative-bound", () -> one.fact(new Fact.RolledBack(6), 5));
    }

    @Test
    void nothingIsAheadOnceAViewOrAStateIsWaitedFor() {
        isAhead(5);
        one.stepEnds();
        one.fact(new Fact.ViewLeft(0, 1, "test"), 4);
        broken("tentative-bound", one::stepEnds);
        one.fact(new Fact.RolledBack(5), 4);
        assertThat(one.stepEnds()).isTrue();
        one.fact(new Fact.ViewEntered(1, 1), 4);
        isAhead(5);
        one.stepEnds();
        one.fact(new Fact.TransferStarted(8, OTHER), 4);
        broken("tentative-bound", one::stepEnds);
    }

    @Test
    void aRollbackThatLeavesATraceIsFound() {
        Rollbacks rollbacks = new Rollbacks();
        rollbacks.add(1, 1, Fingerprint.of(formatted().state()));
        rollbacks.check(formatted(), seqno -> Batch.NULL);
        rollbacks.add(2, 1, Fingerprint.of(formatted().state()) + 1);
        broken("rollback-exactness", () -> rollbacks.check(formatted(), seqno -> Batch.NULL));
        Rerun written = formatted();
        written.state().service().writeInt(20_000, 1);
        Rollbacks traces = new Rollbacks();
        traces.add(1, 1, Fingerprint.of(written.state()));
        broken("rollback-exactness", () -> traces.check(formatted(), seqno -> Batch.NULL));
    }

    private Rerun formatted() {
        return new Rerun(plan.settings(0), new StandInKeys(plan), new SimService(), SimService.PAGES);
    }

    @Test
    void aReadBelowWhatWasToldIsFound() {
        isAhead(5);
        one.tells();
        one.fact(new Fact.RolledBack(5), 4);
        broken("read-floor", () -> one.reads(4));
        one.boots();
        broken("read-floor", () -> one.reads(4));
        one.accepts(newView(3, OTHER, BATCH));
        broken("read-floor", () -> one.reads(4));
        one.reads(5);
        one.accepts(newView(4, OTHER));
        one.reads(4);
        one.tells(5);
        one.accepts(newView(4));
        broken("read-floor", () -> one.reads(4));
    }

    @Test
    void aNewViewWithoutWhatWasToldEndsIt() {
        isAhead(5);
        one.tells();
        one.fact(new Fact.RolledBack(5), 4);
        one.accepts(newView(4));
        one.reads(4);
    }

    @Test
    void aTentativeReplyThatRestsOnNothingIsFound() {
        broken("tentative-bound", one::tells);
    }

    @Test
    void aReadSeesWhatWasAnsweredBeforeItWasAsked() {
        ReadHistory reads = new ReadHistory();
        byte[] empty = new byte[8];
        byte[] first = cell(1);
        byte[] second = cell(2);
        reads.placed(1, CELL, first);
        reads.batchEnds();
        reads.asked(2, CELL);
        assertThat(reads.after(0, CELL)).isEqualTo(empty);
        assertThat(reads.after(1, CELL)).isEqualTo(first);
        // Nobody had been answered when it was asked: before or after the write.
        assertThat(reads.answered(2, empty)).isTrue();
        reads.answered(1);
        reads.asked(3, CELL);
        assertThat(reads.answered(3, empty)).isFalse();
        assertThat(reads.answered(3, first)).isTrue();
        reads.answered(4);
        reads.asked(5, CELL);
        assertThat(reads.answered(5, first)).isFalse();
        reads.placed(4, CELL, second);
        assertThat(reads.answered(5, first)).isFalse();
        assertThat(reads.answered(5, second)).isTrue();
        reads.asked(6, CELL);
        assertThat(reads.answered(6, first)).isFalse();
    }

    private static byte[] cell(long version) {
        return ByteBuffer.allocate(8).putLong(version).array();
    }
}
