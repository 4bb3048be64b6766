package dev.bft.protocol;

import static dev.bft.protocol.Lone.commit;
import static dev.bft.protocol.Lone.prepare;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.wire.Batch;
import dev.bft.wire.Bits;
import dev.bft.wire.Body;
import dev.bft.wire.Decided;
import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import dev.bft.wire.Message;
import dev.bft.wire.PrePrepare;
import dev.bft.wire.Request;
import dev.bft.wire.Status;
import dev.bft.wire.ViewChange;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A batch committed on the others' evidence: no vote for another leaves here any more (AG11), and it outlives a boot. */
class BesideFactTest {
    private final Lone backup = new Lone(1);
    private final Batch batch = Batch.of(List.of(), new byte[] {1});
    private final Batch other = Batch.of(List.of(), new byte[] {2});

    /** AG11: a proposal that was held before another batch committed there gets no vote any more. */
    @Test
    void aHeldProposalIsNotVotedForOnceAnotherBatchCommitted() {
        backup.say(0, new PrePrepare(0, 1, backup.forged(1)));
        for (int i : new int[] {0, 2, 3}) {
            backup.say(i, commit(1, batch));
        }
        backup.pass(new Body(1, batch));
        assertThat(backup.replica.status().executed()).isEqualTo(1);
        backup.say(2, prepare(1, batch));
        backup.sync();
        assertThat(backup.sentOf(Message.Type.PREPARE)).isZero();
    }

    private void anotherCommits() {
        for (int i : new int[] {0, 2, 3}) {
            backup.say(i, commit(1, other));
        }
        backup.pass(new Body(1, other));
        assertThat(backup.replica.status().executed()).isEqualTo(1);
    }

    /** AG11: nor does a vote leave that was on its way to the disk when another batch committed there. */
    @Test
    void aVoteOnItsWayToTheDiskIsNotToldOnceAnotherBatchCommitted() {
        backup.say(0, new PrePrepare(0, 1, batch));
        anotherCommits();
        backup.sync();
        backup.say(2, prepare(1, batch));
        backup.say(3, prepare(1, batch));
        backup.sync();
        asksForAllOfIt();
        assertThat(backup.sent).doesNotContain(prepare(1, batch), commit(1, batch));
    }

    /** AG11: what was told before is not repeated, and leads to no COMMIT. */
    @Test
    void aVoteIsNotRepeatedOnceAnotherBatchCommitted() {
        backup.say(0, new PrePrepare(0, 1, batch));
        backup.sync();
        assertThat(backup.sent).contains(prepare(1, batch));
        long told = backup.sentOf(Message.Type.PREPARE);
        anotherCommits();
        backup.say(2, prepare(1, batch));
        backup.say(3, prepare(1, batch));
        backup.sync();
        asksForAllOfIt();
        assertThat(backup.sentOf(Message.Type.PREPARE)).isEqualTo(told);
        assertThat(backup.sent).doesNotContain(commit(1, batch));
    }

    /** AG11: a prepared fact on its way to the disk is no COMMIT any more. */
    @Test
    void aCommitOnItsWayToTheDiskIsNotToldOnceAnotherBatchCommitted() {
        backup.say(0, new PrePrepare(0, 1, batch));
        backup.sync();
        backup.say(2, prepare(1, batch));
        anotherCommits();
        backup.sync();
        asksForAllOfIt();
        assertThat(backup.sent).doesNotContain(commit(1, batch));
    }

    /** A peer that lacks everything, in a new key epoch. */
    private void asksForAllOfIt() {
        backup.say(2, new Status(0, 0, 0, 1, false, Bits.ofSize(8), Bits.ofSize(8), Bits.ofSize(8)));
        backup.sync();
        assertThat(backup.sent).as("it is answered").anyMatch(Decided.class::isInstance);
        backup.greet(3, 9);
        backup.sync();
    }

    private static void ask(Lone primary, int session) {
        byte[] credential = {7, 1, 2, 3};
        Request unsigned = new Request(session, 0, 5, true, credential, new byte[0]);
        byte[] signed = Request.signedBytes(primary.cluster, unsigned.digest(1007));
        Request request = new Request(session, 0, 5, true, credential, PlainKeys.clientSign(credential, signed));
        byte[] open = Envelope.open(primary.cluster, 1007, request);
        primary.give(new Event.Received(900, Envelope.complete(open, new Envelope.Macs(List.of()))));
    }

    /** A primary whose view the others have left proposes nothing where they decided without it. */
    @Test
    void aPrimaryProposesNothingWhereTheOthersDecided() {
        Lone primary = new Lone(0);
        for (int i : new int[] {1, 2}) {
            primary.say(i, new Decided(2, Batch.NULL.digest()));
        }
        primary.tick(1);
        ask(primary, 1);
        ask(primary, 2);
        primary.sync();
        assertThat(primary.sent.stream().filter(PrePrepare.class::isInstance).map(m -> ((PrePrepare) m).seqno()))
                .isNotEmpty()
                .containsOnly(1L);
        assertThat(primary.records).hasSize(1);
    }

    /** AG12: a body that stands in Q alone may have to go there before the log is read again. */
    @Test
    void whatCommittedOnEvidenceIsWrittenWithItsBodyThoughAnOldVoteHoldsIt() {
        ViewChange left =
                new ViewChange(5, 0, List.of(new ViewChange.Held(0, new Digest(1, 2, 3, 4))), List.of(), List.of());
        byte[] vote = new VoteRecord.Voted(0, 1, batch).toBytes();
        Lone again = new Lone(1, List.of(vote, new VoteRecord.Left(left).toBytes()));
        again.say(0, new Decided(1, batch.digest()));
        again.say(2, new Decided(1, batch.digest()));
        assertThat(again.replica.status().executed()).isEqualTo(1);
        byte[] body = new VoteRecord.Body(1, batch).toBytes();
        assertThat(again.records).anyMatch(record -> Arrays.equals(record, body));
    }

    /** RC4: what ended an amnesia is on disk before the log says so. */
    @Test
    void anAmnesiaThatAStableCheckpointEndedIsOverAtTheNextBootToo() {
        ViewChange left =
                new ViewChange(5, 0, List.of(new ViewChange.Held(0, new Digest(1, 2, 3, 4))), List.of(), List.of());
        byte[] forgot = new VoteRecord.Amnesiac(0).toBytes();
        Lone again = new Lone(1, List.of(forgot, new VoteRecord.Left(left).toBytes()));
        again.tick(10);
        assertThat(again.replica.status().phase()).isEqualTo("view-change");
        again.say(0, new ViewChange(6, 0, left.checkpoints(), List.of(), List.of()));
        again.say(2, new ViewChange(6, 0, left.checkpoints(), List.of(), List.of()));
        again.sync();
        assertThat(again.sentOf(Message.Type.VIEW_CHANGE)).isPositive();
    }
}
