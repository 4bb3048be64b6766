package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A replica that a batch killed twice does not execute it: it is a witness (decisions 9). */
class HaltedTest {
    private final Group group = new Group();
    private final Group.Member halted = group.members.get(3);
    private long base;

    @BeforeEach
    void start() {
        group.boot();
        group.connectClient();
        base = group.openSession();
    }

    private void run(int from, int to, int... replicas) {
        for (int number = from; number <= to; number++) {
            group.request(Group.add(base, number), replicas);
        }
    }

    private long executed(int id) {
        return group.members.get(id).replica.status().executed();
    }

    /** It comes back and does not execute this batch. */
    private void haltAt(long seqno) {
        halted.haltAt = seqno;
        halted.facts.clear();
        halted.restart(true);
        group.settle(600);
        group.connectClient();
    }

    private void assertHalted() {
        long seqno = halted.haltAt;
        assertThat(executed(3)).isEqualTo(seqno - 1);
        assertThat(halted.replica.status().haltedAt()).isEqualTo(seqno);
        assertThat(halted.facts)
                .noneMatch(fact -> fact instanceof Fact.Committed committed && committed.seqno() >= seqno)
                .noneMatch(fact -> fact instanceof Fact.Executed one && one.seqno() >= seqno);
    }

    @Test
    void aReplicaSaysWhichBatchItExecutesBeforeItDoesAndWhenThatIsDone() {
        run(1, 2, 0);
        assertThat(halted.executing).containsExactly(1L, 0L, 2L, -1L, 0L, 3L, -1L, 0L);
        halted.executing.clear();
        haltAt(3);
        assertThat(halted.executing).containsExactly(1L, 0L, 2L, -1L, 0L);
    }

    @Test
    void itsVoteCountsWhereItIsNeededAndItExecutesOnlyWhatComesBefore() {
        run(1, 1, 0);
        haltAt(executed(3) + 2);
        group.members.get(2).up = false;
        run(2, 4, 0);
        assertThat(group.reply(0).result()).containsExactly(104);
        assertThat(group.reply(1).result()).containsExactly(104);
        assertThat(group.replies).doesNotContainKey(3);
        assertHalted();
        assertThat(executed(0)).isEqualTo(halted.haltAt + 1);
    }

    @Test
    void whatItExecutedBeforeIsNotExecutedAgainAtABoot() {
        run(1, 2, 0);
        haltAt(executed(3));
        group.members.get(2).up = false;
        assertHalted();
        run(3, 3, 0);
        assertThat(group.reply(1).result()).containsExactly(103);
        assertHalted();
        halted.restart(true);
        group.settle(600);
        assertHalted();
    }

    @Test
    void itTellsSoAtEachBootUntilItIsBeyond() {
        run(1, 1, 0);
        haltAt(executed(3) + 1);
        String text = "batch " + halted.haltAt + " killed this replica twice";
        assertThat(halted.facts)
                .anyMatch(
                        fact -> fact instanceof Fact.Alarm alarm && alarm.text().startsWith(text));
        run(2, 20, 0);
        group.settle(3000);
        halted.facts.clear();
        halted.restart(true);
        group.settle(600);
        assertThat(halted.facts).noneMatch(Fact.Alarm.class::isInstance);
        assertThat(halted.replica.status().haltedAt()).isZero();
    }

    @Test
    void aFetchedStateTakesItBeyondAndItExecutesAgain() {
        run(1, 1, 0);
        haltAt(executed(3) + 1);
        run(2, 20, 0);
        group.settle(3000);
        assertThat(halted.facts).anyMatch(Fact.TransferDone.class::isInstance);
        run(21, 30, 0);
        assertThat(group.reply(3).result()).containsExactly(130);
        assertThat(executed(3)).isEqualTo(executed(0));
        assertThat(halted.replica.status().haltedAt()).isZero();
        assertThat(halted.replica.status().stableDigest())
                .isEqualTo(group.members.get(0).replica.status().stableDigest());
    }

    @Test
    void itAsksForNoViewChangeForWhatItDoesNotExecute() {
        // Two others are too few to tell it that it is behind.
        group.members.get(2).up = false;
        haltAt(executed(3) + 1);
        run(1, 2, 0, 1, 3);
        group.settle(2000);
        assertHalted();
        assertThat(group.members)
                .allSatisfy(member -> assertThat(member.facts).noneMatch(Fact.ViewLeft.class::isInstance));
    }

    @Test
    void itGoesWithTheOthersIntoAnotherViewAndVotesThere() {
        run(1, 1, 0);
        haltAt(executed(3) + 1);
        group.members.get(0).up = false;
        run(2, 2, 1, 2, 3);
        group.settle(1000);
        assertThat(halted.replica.status().view()).isEqualTo(1);
        run(3, 3, 1);
        assertThat(group.reply(1).result()).containsExactly(103);
        assertThat(group.reply(2).result()).containsExactly(103);
        assertHalted();
    }

    @Test
    void whereAllAreHaltedNobodyLeavesAndAllGoOnOnceTheBatchMayBeTriedAgain() {
        run(1, 1, 0);
        long poison = executed(3) + 1;
        for (Group.Member member : group.members) {
            member.haltAt = poison;
            member.restart(true);
        }
        group.settle(600);
        group.connectClient();
        run(2, 2, 0, 1, 2, 3);
        group.settle(3000);
        assertThat(group.replies).isEmpty();
        assertThat(group.members).allSatisfy(member -> {
            assertThat(member.replica.status().executed()).isEqualTo(poison - 1);
            assertThat(member.replica.status().view()).isZero();
        });
        for (Group.Member member : group.members) {
            member.haltAt = Settings.HALT_NOWHERE;
            member.restart(true);
        }
        group.settle(600);
        group.connectClient();
        run(2, 3, 0, 1, 2, 3);
        assertThat(group.reply(3).result()).containsExactly(103);
    }
}
