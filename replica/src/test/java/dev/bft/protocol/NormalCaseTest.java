package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.wire.Reply;
import dev.bft.wire.Request;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The normal case of sections 3 to 5, on a perfect network. */
class NormalCaseTest {
    private final Group group = new Group();
    private long base;

    @BeforeEach
    void start() {
        group.boot();
        group.connectClient();
        base = group.openSession();
    }

    private void run(int from, int to) {
        for (int number = from; number <= to; number++) {
            group.request(Group.add(base, number), 0);
        }
    }

    @Test
    void everybodyIsReadyOnceKeysAreExchanged() {
        for (Group.Member member : group.members) {
            assertThat(member.facts).anyMatch(Fact.Ready.class::isInstance);
            assertThat(member.replica.status().phase()).isEqualTo("active");
        }
    }

    @Test
    void aRequestIsAnsweredAlikeByAll() {
        var replies = group.request(Group.add(base, 1), 0);
        assertThat(replies).hasSize(4);
        assertThat(replies.values()).allSatisfy(reply -> {
            assertThat(reply.outcome()).isEqualTo(Reply.Outcome.OK);
            assertThat(reply.result()).containsExactly(101);
        });
    }

    @Test
    void aRepeatedRequestIsAnsweredFromTheCacheAndNotExecutedAgain() {
        group.request(Group.add(base, 1), 0);
        var again = group.request(Group.add(base, 1), 0, 1, 2, 3);
        assertThat(again.values()).hasSize(4).allSatisfy(r -> assertThat(r.result())
                .containsExactly(101));
        group.request(Group.add(base, 2), 0);
        assertThat(group.reply(0).result()).containsExactly(102);
    }

    /** Amendment AG9: the reply of one operation is never taken for another's. */
    @Test
    void anotherOperationUnderTheLastNumberIsRefusedAndNotExecuted() {
        run(1, 3);
        Request other = new Request(1, base, 3, false, new byte[] {5}, new byte[0]);
        var replies = group.request(other, 0, 1, 2, 3);
        assertThat(replies).hasSize(4);
        assertThat(replies.values()).allSatisfy(reply -> {
            assertThat(reply.outcome()).isEqualTo(Reply.Outcome.TIMESTAMP_REUSED);
            assertThat(reply.request()).isEqualTo(other.digest(Group.CLIENT));
            assertThat(reply.result()).isEmpty();
        });
        run(4, 4);
        assertThat(group.reply(0).result()).containsExactly(104);
    }

    @Test
    void whoMissedBatchesThatTheOthersCutIsToldThemAndFetchesNothing() {
        Group.Member late = group.members.get(3);
        late.up = false;
        run(1, 6);
        late.up = true;
        long before = late.replica.status().executed();
        assertThat(group.members.get(0).replica.status().stable()).isGreaterThan(before);
        group.settle(400);
        assertThat(late.replica.status().executed())
                .isEqualTo(group.members.get(0).replica.status().executed());
        assertThat(late.facts).noneMatch(Fact.TransferStarted.class::isInstance);
    }

    @Test
    void checkpointsBecomeStableAndTheLogIsCut() {
        run(1, 20);
        for (Group.Member member : group.members) {
            assertThat(member.replica.status().stable()).isGreaterThanOrEqualTo(16);
            assertThat(member.replica.status().stableDigest())
                    .isEqualTo(group.members.get(0).replica.status().stableDigest());
        }
    }

    @Test
    void aCrashedBackupComesBackAndFollows() {
        group.members.get(2).up = false;
        run(1, 3);
        group.members.get(2).restart(true);
        group.settle(600);
        assertThat(group.members.get(2).replica.status().executed())
                .isEqualTo(group.members.get(0).replica.status().executed());
    }

    @Test
    void aBackupThatMissedSeveralCheckpointsFetchesTheState() {
        group.members.get(2).up = false;
        run(1, 30);
        group.members.get(2).restart(true);
        group.settle(3000);
        assertThat(group.members.get(2).facts).anyMatch(Fact.TransferDone.class::isInstance);
        run(31, 40);
        assertThat(group.members.get(2).replica.status().stableDigest())
                .isEqualTo(group.members.get(0).replica.status().stableDigest());
    }

    @Test
    void aCrashedPrimaryGoesOnWhereItStopped() {
        run(1, 5);
        group.members.get(0).up = false;
        group.settle(100);
        group.members.get(0).restart(true);
        group.settle(600);
        group.connectClient();
        run(6, 12);
        assertThat(group.reply(3).result()).containsExactly(112);
    }

    @Test
    void afterAPowerCutEverythingAnsweredIsThere() {
        run(1, 10);
        group.members.forEach(m -> m.restart(true));
        group.settle(1000);
        group.connectClient();
        group.request(Group.add(base, 11), 0);
        assertThat(group.reply(1).result()).containsExactly(111);
    }

    @Test
    void anAmnesiacBackupVotesAgainOnlyAboveItsBound() {
        run(1, 6);
        group.members.get(3).restart(false);
        group.settle(600);
        assertThat(group.members.get(3).replica.status().phase()).isEqualTo("amnesiac");
        run(7, 40);
        group.settle(2000);
        run(41, 60);
        assertThat(group.members.get(3).replica.status().phase()).isEqualTo("active");
    }

    @Test
    void aReplicaWhoseStateIsDamagedForgetsItsVotesAndFetchesTheState() {
        run(1, 14);
        Group.Member member = group.members.get(2);
        member.up = false;
        member.pages[0][0] ^= 1;
        member.restart(true);
        group.settle(600);
        assertThat(member.replica.status().phase()).isEqualTo("amnesiac");
        assertThat(member.facts).anyMatch(Fact.Alarm.class::isInstance);
        run(15, 40);
        group.settle(2000);
        run(41, 60);
        assertThat(member.replica.status().phase()).isEqualTo("active");
        assertThat(member.replica.status().stableDigest())
                .isEqualTo(group.members.get(0).replica.status().stableDigest());
    }

    @Test
    void anUnknownSessionIsAnsweredGone() {
        group.request(Group.add(base + 5, 1), 0);
        assertThat(group.reply(1).outcome()).isEqualTo(Reply.Outcome.SESSION_GONE);
    }
}
