package dev.bft.protocol;

import static dev.bft.protocol.Lone.commit;
import static dev.bft.protocol.Lone.prepare;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.wire.Batch;
import dev.bft.wire.Bits;
import dev.bft.wire.Body;
import dev.bft.wire.Checkpoint;
import dev.bft.wire.Digest;
import dev.bft.wire.Message;
import dev.bft.wire.NewKey;
import dev.bft.wire.PrePrepare;
import dev.bft.wire.Status;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The guards of sections 4.3 and 4.4 at one backup, and what must be on disk before it speaks (AG12). */
class AgreementRulesTest {
    private final Lone backup = new Lone(1);
    private final Batch batch = Batch.of(List.of(), new byte[] {1});
    private final Batch other = Batch.of(List.of(), new byte[] {2});

    @Test
    void prepareLeavesOnlyWhenTheVoteIsOnDisk() {
        backup.say(0, new PrePrepare(0, 1, batch));
        assertThat(backup.sentOf(Message.Type.PREPARE)).isZero();
        backup.sync();
        assertThat(backup.sentOf(Message.Type.PREPARE)).isEqualTo(3);
    }

    @Test
    void commitLeavesOnlyWhenThePreparedFactIsOnDisk() {
        backup.say(0, new PrePrepare(0, 1, batch));
        backup.sync();
        backup.say(2, prepare(1, batch));
        backup.tick(20);
        assertThat(backup.sentOf(Message.Type.COMMIT)).isZero();
        backup.sync();
        backup.tick(20);
        assertThat(backup.sentOf(Message.Type.COMMIT)).isEqualTo(3);
    }

    @Test
    void ofTwoProposalsForOneSeqnoOnlyTheFirstIsVotedForAndThePrimaryIsReported() {
        backup.say(0, new PrePrepare(0, 1, batch));
        backup.say(0, new PrePrepare(0, 1, other));
        backup.sync();
        assertThat(backup.sent).contains(prepare(1, batch)).doesNotContain(prepare(1, other));
        assertThat(backup.facts).anyMatch(Fact.Alarm.class::isInstance);
    }

    @Test
    void aProposalOfABackupIsDropped() {
        backup.say(2, new PrePrepare(0, 1, batch));
        assertThat(backup.drops(Drop.WRONG_SENDER)).isEqualTo(1);
        assertThat(backup.disk).noneMatch(Effect.Append.class::isInstance);
    }

    @Test
    void aPrepareOfThePrimaryIsDropped() {
        backup.say(0, prepare(1, batch));
        assertThat(backup.drops(Drop.WRONG_SENDER)).isEqualTo(1);
    }

    @Test
    void seqnosOutsideTheWindowAreDropped() {
        backup.say(0, new PrePrepare(0, 9, batch));
        backup.say(0, new PrePrepare(0, 0, batch));
        backup.say(2, prepare(9, batch));
        assertThat(backup.drops(Drop.OUT_OF_WINDOW)).isEqualTo(3);
    }

    @Test
    void aProposalOfALaterViewIsNotVotedForInThisOne() {
        backup.say(0, new PrePrepare(4, 1, batch));
        assertThat(backup.disk).noneMatch(Effect.Append.class::isInstance);
        backup.say(0, new PrePrepare(0, 1, other));
        backup.sync();
        assertThat(backup.sent).contains(prepare(1, other));
    }

    @Test
    void oneSenderCountsOnceInACertificate() {
        backup.say(0, new PrePrepare(0, 1, batch));
        backup.sync();
        backup.say(2, prepare(1, batch));
        backup.sync();
        for (int i = 0; i < 3; i++) {
            backup.say(2, commit(1, batch));
        }
        assertThat(backup.replica.status().executed()).isZero();
        backup.say(3, commit(1, batch));
        assertThat(backup.replica.status().executed()).isEqualTo(1);
    }

    @Test
    void commitsWithoutThePreparedCertificateExecuteNothingYet() {
        for (int from : new int[] {0, 2, 3}) {
            backup.say(from, commit(1, batch));
        }
        assertThat(backup.replica.status().executed()).isZero();
    }

    @Test
    void votesForAnotherDigestDoNotCount() {
        backup.say(0, new PrePrepare(0, 1, batch));
        backup.sync();
        backup.say(2, prepare(1, other));
        backup.say(3, prepare(1, other));
        backup.sync();
        assertThat(backup.sentOf(Message.Type.COMMIT)).isZero();
    }

    @Test
    void batchesExecuteInOrder() {
        for (long seqno : new long[] {2, 1}) {
            backup.say(0, new PrePrepare(0, seqno, batch));
            backup.sync();
            backup.say(2, prepare(seqno, batch));
            backup.sync();
            backup.say(2, commit(seqno, batch));
            backup.say(3, commit(seqno, batch));
            assertThat(backup.replica.status().executed()).isEqualTo(seqno == 2 ? 0 : 2);
        }
    }

    @Test
    void aKeyChangeForgetsVotesThatCompletedNothing() {
        backup.say(0, new PrePrepare(0, 1, batch));
        backup.sync();
        backup.say(2, prepare(1, batch));
        backup.sync();
        backup.say(2, commit(1, batch));
        backup.tick(40_000);
        backup.tick(10);
        backup.say(3, commit(1, batch));
        assertThat(backup.replica.status().executed()).isZero();
        backup.say(2, commit(1, batch));
        assertThat(backup.replica.status().executed()).isEqualTo(1);
    }

    @Test
    void aMacOfAnOldKeyIsStaleAndAWrongOneForged() {
        byte[] old = backup.peers.get(2).toReplica(prepare(1, batch), 1);
        backup.tick(40_000);
        backup.give(new Event.Received(2, old));
        assertThat(backup.drops(Drop.STALE_KEY)).isEqualTo(1);
        byte[] forged = backup.peers.get(2).toReplica(prepare(1, batch), 1);
        forged[forged.length - 1] ^= 1;
        backup.give(new Event.Received(2, forged));
        assertThat(backup.drops(Drop.FORGED)).isEqualTo(1);
    }

    @Test
    void aMessageInMyOwnNameIsDropped() {
        backup.give(new Event.Received(7, backup.peers.get(1).toReplica(prepare(1, batch), 1)));
        assertThat(backup.drops(Drop.WRONG_SENDER)).isEqualTo(1);
    }

    @Test
    void aNewKeyIsTakenOnlyWithALargerCounterOrTheNonceOfThisBoot() {
        byte[] secret = new byte[32];
        backup.give(new Event.Received(2, backup.newKey(2, 1, backup.myNonce(), secret)));
        assertThat(backup.drops(Drop.OLD_TIMESTAMP)).isEqualTo(1);
        byte[] good = backup.newKey(2, 9, backup.myNonce(), secret);
        good[good.length - 1] ^= 1;
        backup.give(new Event.Received(2, good));
        assertThat(backup.drops(Drop.FORGED)).isEqualTo(1);
    }

    @Test
    void aRestartedReplicaRepeatsItsVoteAndNoOther() {
        backup.say(0, new PrePrepare(0, 1, batch));
        List<byte[]> log = backup.records;
        Lone again = new Lone(1, log);
        again.say(0, new PrePrepare(0, 1, other));
        again.sync();
        assertThat(again.sent).doesNotContain(prepare(1, other));
        assertThat(again.drops(Drop.CONFLICT)).isEqualTo(1);
        again.say(2, prepare(1, batch));
        again.sync();
        assertThat(again.sent).as("under its new keys nobody proposed it").doesNotContain(commit(1, batch));
        again.say(0, new PrePrepare(0, 1, batch));
        again.sync();
        again.tick(20);
        assertThat(again.sent).contains(commit(1, batch));
    }

    /** Amendment RC3: of a log that is not this boot's nothing is believed, and nothing repeated. */
    @Test
    void whoLostItsVotesRepeatsNoneThatAnotherLogHolds() {
        backup.say(0, new PrePrepare(0, 1, batch));
        backup.sync();
        backup.say(2, prepare(1, batch));
        List<byte[]> log = backup.records;
        assertThat(log).hasSize(2);
        Lone again = new Lone(1, log, false);
        for (int i : new int[] {0, 2, 3}) {
            again.greet(i, 1);
        }
        again.say(2, new Status(0, 0, 0, 1, false, Bits.ofSize(8), Bits.ofSize(8), Bits.ofSize(8)));
        again.sync();
        assertThat(again.sent).doesNotContain(prepare(1, batch), commit(1, batch));
        again.tick(10);
        assertThat(again.replica.status().phase()).isEqualTo("amnesiac");
    }

    private void reachTheFirstCheckpoint() {
        for (int seqno = 1; seqno <= 4; seqno++) {
            backup.say(0, new PrePrepare(0, seqno, batch));
            backup.sync();
            backup.say(2, prepare(seqno, batch));
            backup.sync();
            backup.say(2, commit(seqno, batch));
            backup.say(3, commit(seqno, batch));
        }
        backup.sync();
    }

    /** Section 5.2: whoever comes there last has its state compared all the same, and it is said once. */
    @Test
    void aStateThatFPlusOneOthersContradictIsReportedByWhoeverTheyOvertook() {
        Checkpoint theirs = new Checkpoint(4, new Digest(1, 2, 3, 4), false);
        backup.say(0, theirs);
        backup.say(2, theirs);
        reachTheFirstCheckpoint();
        assertThat(backup.facts).filteredOn(Fact.Alarm.class::isInstance).hasSize(1);
        backup.say(3, theirs);
        assertThat(backup.facts).filteredOn(Fact.Alarm.class::isInstance).hasSize(1);
    }

    /** A log that leads to another state than it announced is nothing to vote on, and the other state is not announced. */
    @Test
    void aCheckpointThatComesOutOtherwiseIsNotAnnouncedAndEndsTheVotes() {
        reachTheFirstCheckpoint();
        assertThat(backup.sentOf(Message.Type.CHECKPOINT)).isPositive();
        List<byte[]> log = new ArrayList<>(backup.records);
        log.add(new VoteRecord.Announced(4, new Digest(1, 2, 3, 4)).toBytes());
        Lone again = new Lone(1, log);
        again.sync();
        again.tick(10);
        assertThat(again.replica.status().executed()).isEqualTo(4);
        assertThat(again.replica.status().phase()).isEqualTo("amnesiac");
        assertThat(again.facts).anyMatch(Fact.Alarm.class::isInstance);
        again.tick(1000);
        assertThat(again.sentOf(Message.Type.CHECKPOINT)).isZero();
    }

    /** Section 3.6: what a faulty primary proposes costs a look at a signature once, and once more when it is next. */
    @Test
    void aSignatureThatProvedNothingIsNotLookedAtAtEveryEvent() {
        for (int seqno = 2; seqno <= 8; seqno++) {
            backup.say(0, new PrePrepare(0, seqno, backup.forged(seqno)));
        }
        assertThat(backup.keys.looks).isEqualTo(7);
        backup.say(2, prepare(3, batch));
        backup.say(3, prepare(4, batch));
        backup.tick(10);
        assertThat(backup.keys.looks).isEqualTo(7);
        backup.say(0, new PrePrepare(0, 1, batch));
        for (int i : new int[] {0, 2, 3}) {
            backup.say(i, commit(1, batch));
        }
        assertThat(backup.replica.status().executed()).isEqualTo(1);
        assertThat(backup.keys.looks).as("the next one is looked at again").isEqualTo(8);
        assertThat(backup.sentOf(Message.Type.PREPARE)).isZero();
    }

    /** 12.1-12: what f+1 name need not be what commits; only that is worth its bytes. */
    @Test
    void aBodyIsTakenOnceItIsProvedToBeWhatCommitted() {
        backup.say(2, prepare(1, batch));
        backup.say(0, commit(1, batch));
        backup.pass(new Body(1, batch));
        assertThat(backup.replica.status().logBytes()).isZero();
        backup.say(2, commit(1, batch));
        backup.say(3, commit(1, batch));
        assertThat(backup.replica.status().executed()).isZero();
        backup.pass(new Body(1, batch));
        assertThat(backup.replica.status().executed()).isEqualTo(1);
    }

    /** Section 2.3: whoever replays what a peer sent in an earlier boot does not keep the two apart. */
    @Test
    void anOlderNewKeyDoesNotBringAnOlderNonceBack() {
        Lone alone = new Lone(1, List.of(), true);
        byte[] now = nonce(77);
        byte[] secret = new byte[32];
        alone.give(new Event.Received(2, alone.newKey(2, 9, nonce(1), secret, now)));
        alone.tick(1000);
        alone.give(new Event.Received(3, alone.newKey(2, 5, nonce(1), secret, nonce(66))));
        alone.tick(1000);
        alone.tick(1000);
        assertThat(alone.sent.stream()
                        .filter(NewKey.class::isInstance)
                        .flatMap(m -> ((NewKey) m).entries().stream())
                        .filter(entry -> entry.receiver() == 2)
                        .map(NewKey.Entry::echo))
                .last()
                .isEqualTo(now);
    }

    private static byte[] nonce(int first) {
        byte[] nonce = new byte[16];
        nonce[0] = (byte) first;
        return nonce;
    }

    @Test
    void garbageOfAnyKindIsCountedAndHarmless() {
        backup.give(new Event.Received(5, new byte[0]));
        backup.give(new Event.Received(5, new byte[4096]));
        byte[] frame = backup.peers.get(2).toReplica(prepare(1, batch), 1);
        for (int length = 0; length < frame.length; length++) {
            backup.give(new Event.Received(5, java.util.Arrays.copyOf(frame, length)));
        }
        assertThat(backup.drops(Drop.MALFORMED)).isEqualTo(frame.length + 2L);
    }
}
