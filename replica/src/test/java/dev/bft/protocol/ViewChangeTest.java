package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.wire.Reply;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** View changes of four replicas on a perfect network (sections 6.3-6.9). */
class ViewChangeTest {
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
            group.request(Group.add(base, number), 0, 1, 2, 3);
        }
    }

    private Replica replica(int id) {
        return group.members.get(id).replica;
    }

    private long changes(int id) {
        return group.members.get(id).facts.stream()
                .filter(Fact.ViewEntered.class::isInstance)
                .count();
    }

    @Test
    void aSilentPrimaryIsReplacedAndTheRequestIsExecutedOnce() {
        run(1, 3);
        group.members.get(0).mute = true;
        group.request(Group.add(base, 4), 0, 1, 2, 3);
        group.settle(1000);
        assertThat(group.reply(1).result()).containsExactly(104);
        assertThat(group.reply(1).view()).isEqualTo(1);
        group.request(Group.add(base, 5), 1);
        assertThat(group.reply(2).result()).containsExactly(105);
    }

    @Test
    void whatWasExecutedBeforeStaysWhereItWas() {
        run(1, 10);
        long executed = replica(1).status().executed();
        group.members.get(0).mute = true;
        group.request(Group.add(base, 11), 0, 1, 2, 3);
        group.settle(1000);
        assertThat(replica(1).status().executed()).isGreaterThan(executed);
        assertThat(group.reply(1).result()).containsExactly(111);
        assertThat(group.reply(3).result()).containsExactly(111);
    }

    @Test
    void twoSilentPrimariesInARowCostTwoViews() {
        group.members.get(0).mute = true;
        group.request(Group.add(base, 1), 0, 1, 2, 3);
        group.settle(1000);
        group.members.get(0).mute = false;
        group.settle(1000);
        group.members.get(1).mute = true;
        group.request(Group.add(base, 2), 0, 1, 2, 3);
        group.settle(2000);
        assertThat(group.reply(2).result()).containsExactly(102);
        assertThat(group.reply(2).view()).isEqualTo(2);
    }

    @Test
    void aPrimaryWhoseConnectionsBrokeIsNotWaitedForTheWholeTimeout() {
        run(1, 3);
        group.members.get(0).up = false;
        group.members.forEach(member -> member.give(new Event.Reached(0, false)));
        group.request(Group.add(base, 4), 1, 2, 3);
        group.settle(100);
        assertThat(replica(3).status().view()).isEqualTo(1);
        assertThat(group.reply(2).result()).containsExactly(104);
    }

    @Test
    void whoBootedAndHeardNobodyForAWhileWaitsForADeadPrimaryNoLongerThanOthers() {
        run(1, 3);
        group.members.get(3).restart(true);
        group.members.get(3).mute = true;
        group.settle(1000);
        group.members.get(3).mute = false;
        group.settle(400);
        assertThat(replica(3).status().phase()).isEqualTo("active");
        group.members.get(0).up = false;
        group.members.get(3).give(new Event.Reached(0, false));
        group.request(Group.add(base, 4), 1, 2, 3);
        group.settle(120);
        assertThat(replica(3).status().phase()).isEqualTo("view-change");
    }

    @Test
    void whoWaitsToHearThatItsSessionIsGoneMayBlameThePrimaryToo() {
        run(1, 3);
        group.members.get(0).mute = true;
        group.request(Group.add(base + 7, 1), 0, 1, 2, 3);
        group.settle(1000);
        assertThat(group.reply(2).outcome()).isEqualTo(Reply.Outcome.SESSION_GONE);
        assertThat(group.reply(2).view()).isEqualTo(1);
    }

    @Test
    void aConnectionThatIsMadeAgainIsNoReasonToLeave() {
        run(1, 3);
        group.members.get(0).mute = true;
        group.members.forEach(member -> member.give(new Event.Reached(0, false)));
        group.request(Group.add(base, 4), 1, 2, 3);
        group.members.forEach(member -> member.give(new Event.Reached(0, true)));
        group.settle(100);
        assertThat(replica(3).status().view()).isZero();
    }

    @Test
    void afterACutThePrimaryHasTheWholeTimeoutAgain() {
        run(1, 3);
        group.members.forEach(member -> member.mute = true);
        group.settle(1000);
        group.request(Group.add(base, 4), 0, 1, 2, 3);
        group.members.forEach(member -> member.give(new Event.Reached(0, false)));
        group.settle(1000);
        group.members.forEach(member -> member.mute = false);
        group.settle(200);
        group.members.forEach(member -> member.give(new Event.Reached(0, true)));
        group.settle(200);
        assertThat(group.reply(2).result()).containsExactly(104);
        assertThat(replica(2).status().view()).isZero();
    }

    @Test
    void whoWasStoppedForAWhileGivesThePrimaryTheWholeTimeoutToo() {
        run(1, 3);
        group.members.get(3).up = false;
        group.settle(5000);
        group.members.get(3).up = true;
        group.members.get(0).mute = true;
        group.members.get(3).give(new Event.Reached(0, false));
        group.request(Group.add(base, 4), 1, 2, 3);
        group.settle(150);
        assertThat(replica(3).status().view()).isZero();
        group.settle(500);
        assertThat(group.reply(2).result()).containsExactly(104);
    }

    @Test
    void withoutARequestThatWaitsNobodyLeaves() {
        group.members.get(0).mute = true;
        group.settle(5000);
        assertThat(replica(2).status().view()).isZero();
    }

    @Test
    void aPrimaryThatSavesHandsItsViewOverFirst() {
        run(1, 3);
        group.members.get(0).give(new Event.SaveAsked(0));
        group.settle(20);
        assertThat(replica(1).status().view()).isEqualTo(1);
        assertThat(replica(1).status().phase()).isEqualTo("active");
        group.request(Group.add(base, 4), 1);
        assertThat(group.reply(3).result()).containsExactly(104);
    }

    @Test
    void whatThePrimaryAloneHadWhenItHandedOverIsPassedOnAtOnce() {
        run(1, 3);
        // It proposes, and leaves before that is on its disk: nobody else ever heard of the request.
        group.soon(() -> group.members.get(0).give(new Event.HandOverAsked()));
        group.request(Group.add(base, 4), 0);
        assertThat(replica(1).status().view()).isEqualTo(1);
        assertThat(group.reply(1).result()).containsExactly(104);
        assertThat(group.reply(3).result()).containsExactly(104);
    }

    @Test
    void aBackupThatSavesLeavesTheViewAlone() {
        run(1, 3);
        group.members.get(2).give(new Event.SaveAsked(0));
        group.settle(300);
        assertThat(replica(1).status().view()).isZero();
    }

    @Test
    void thePrimaryThatHandedOverComesBackIntoTheNewView() {
        run(1, 3);
        group.members.get(0).give(new Event.SaveAsked(0));
        group.settle(20);
        group.members.get(0).up = false;
        group.request(Group.add(base, 4), 1, 2, 3);
        group.members.get(0).restart(true);
        group.settle(1000);
        assertThat(replica(0).status().view()).isEqualTo(1);
        assertThat(replica(0).status().phase()).isEqualTo("active");
        assertThat(replica(0).status().executed()).isEqualTo(replica(1).status().executed());
    }

    @Test
    void oneThatMissedTheWholeExchangeComesInByTheWordOfOthers() {
        run(1, 3);
        group.members.get(3).up = false;
        group.members.get(0).give(new Event.HandOverAsked());
        group.settle(300);
        assertThat(replica(1).status().view()).isEqualTo(1);
        group.members.get(3).restart(true);
        group.settle(1000);
        assertThat(replica(3).status().view()).isEqualTo(1);
        assertThat(replica(3).status().phase()).isEqualTo("active");
        assertThat(changes(3)).isPositive();
    }

    @Test
    void afterAPowerCutTheViewAndAllThatWasAnsweredIsThere() {
        run(1, 3);
        group.members.get(0).give(new Event.HandOverAsked());
        group.settle(300);
        group.request(Group.add(base, 4), 1);
        group.members.forEach(m -> m.restart(true));
        group.settle(1000);
        group.connectClient();
        for (int i = 0; i < 4; i++) {
            assertThat(replica(i).status().view()).isEqualTo(1);
            assertThat(replica(i).status().phase()).isEqualTo("active");
        }
        group.request(Group.add(base, 5), 1);
        assertThat(group.reply(2).result()).containsExactly(105);
    }

    @Test
    void aStateThatFPlusOneOthersContradictIsRepairedByTransferAndReported() {
        run(1, 3);
        Group.Member wrong = group.members.get(2);
        wrong.counterSkew = 5;
        run(4, 20);
        group.settle(3000);
        assertThat(wrong.facts).anyMatch(Fact.Alarm.class::isInstance);
        assertThat(wrong.facts).anyMatch(Fact.TransferDone.class::isInstance);
        wrong.counterSkew = 0;
        run(21, 40);
        group.settle(2000);
        assertThat(replica(2).status().stableDigest())
                .isEqualTo(replica(1).status().stableDigest());
        assertThat(group.reply(2).result()).containsExactly((byte) 140);
    }
}
