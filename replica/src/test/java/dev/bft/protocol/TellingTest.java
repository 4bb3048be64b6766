package dev.bft.protocol;

import static dev.bft.protocol.Lone.commit;
import static dev.bft.protocol.Lone.prepare;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.wire.Batch;
import dev.bft.wire.Message;
import dev.bft.wire.PrePrepare;
import dev.bft.wire.Proposal;
import dev.bft.wire.ViewChange;
import dev.bft.wire.Vote;
import java.util.List;
import org.junit.jupiter.api.Test;

/** COMMITs that nobody waits for ride on other messages (section 4.5); K is 4 and W is 4 here. */
class TellingTest {
    private final Lone backup = new Lone(1);

    @Test
    void aCommitOfWhatIsExecutedAheadRidesOnTheNextPrepare() {
        prepares(1);
        assertThat(backup.sentOf(Message.Type.COMMIT)).isZero();
        backup.say(0, new PrePrepare(0, 2, batch(2)));
        backup.sync();
        assertThat(backup.sent).contains(carrying(prepare(2, batch(2)), 1));
        backup.tick(100);
        assertThat(backup.sentOf(Message.Type.COMMIT)).isZero();
    }

    @Test
    void withoutOneItLeavesByItselfAtTheSecondTick() {
        prepares(1);
        backup.tick(10);
        assertThat(backup.sentOf(Message.Type.COMMIT)).isZero();
        backup.tick(10);
        assertThat(backup.sent).contains(commit(1, batch(1)));
        backup.tick(100);
        assertThat(backup.sentOf(Message.Type.COMMIT)).isEqualTo(3);
    }

    @Test
    void whatIsNotExecutedAheadIsToldOfAtOnce() {
        prepares(2);
        assertThat(backup.sent).contains(commit(2, batch(2)));
    }

    @Test
    void whatHoldsUpALaterBatchIsToldOfAtOnce() {
        backup.say(0, new PrePrepare(0, 2, batch(2)));
        backup.sync();
        prepares(1);
        assertThat(backup.sent).contains(commit(1, batch(1)));
    }

    @Test
    void aCheckpointIsNotHeldUp() {
        for (long seqno = 1; seqno <= 3; seqno++) {
            prepares(seqno);
            commits(seqno);
        }
        assertThat(backup.sentOf(Message.Type.COMMIT)).isZero();
        prepares(4);
        assertThat(backup.sent).contains(carrying(prepare(4, batch(4)), 3), commit(4, batch(4)));
    }

    @Test
    void whatWaitsIsToldBeforeTheViewIsLeft() {
        prepares(1);
        backup.say(0, new ViewChange(1, 0, List.of(), List.of(), List.of()));
        backup.sync();
        List<Message.Type> types = backup.sent.stream().map(Message::type).toList();
        assertThat(types.indexOf(Message.Type.COMMIT)).isPositive().isLessThan(types.indexOf(Message.Type.VIEW_CHANGE));
    }

    @Test
    void whatRidesCountsLikeACommitByItself() {
        prepares(1);
        backup.say(0, new PrePrepare(0, 2, List.of(riding(1)), Proposal.of(batch(2))));
        assertThat(backup.replica.status().executed()).isZero();
        backup.say(2, carrying(prepare(2, batch(2)), 1));
        assertThat(backup.replica.status().executed()).isEqualTo(1);
    }

    @Test
    void whatRidesOnAMessageThatIsDroppedCountsAllTheSame() {
        prepares(1);
        backup.say(2, carrying(prepare(9, batch(9)), 1));
        backup.say(3, carrying(prepare(9, batch(9)), 1));
        assertThat(backup.drops(Drop.OUT_OF_WINDOW)).isEqualTo(2);
        assertThat(backup.replica.status().executed()).isEqualTo(1);
    }

    private void prepares(long seqno) {
        backup.say(0, new PrePrepare(0, seqno, batch(seqno)));
        backup.sync();
        backup.say(2, prepare(seqno, batch(seqno)));
        backup.sync();
    }

    private void commits(long seqno) {
        backup.say(2, commit(seqno, batch(seqno)));
        backup.say(3, commit(seqno, batch(seqno)));
        assertThat(backup.replica.status().executed()).isEqualTo(seqno);
    }

    private static Vote carrying(Vote vote, long seqno) {
        return new Vote(vote.type(), vote.view(), vote.seqno(), vote.batch(), List.of(riding(seqno)));
    }

    private static Vote.Commit riding(long seqno) {
        return new Vote.Commit(seqno, batch(seqno).digest());
    }

    private static Batch batch(long seqno) {
        return Batch.of(List.of(), new byte[] {(byte) seqno});
    }
}
