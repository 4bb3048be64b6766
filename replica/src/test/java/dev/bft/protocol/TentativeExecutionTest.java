package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.wire.Batch;
import dev.bft.wire.Body;
import dev.bft.wire.Digest;
import dev.bft.wire.Message;
import dev.bft.wire.NewView;
import dev.bft.wire.Reply;
import dev.bft.wire.Request;
import dev.bft.wire.Vote;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is answered before it commits, and what becomes of it, at one backup (3.7, 4.6, 4.7, amendments AG1, AG2). */
class TentativeExecutionTest {
    private final Lone backup = new Lone(3);
    private final LoneClient client = new LoneClient(backup);
    private final Batch opening = client.opening();
    private final Batch adding = client.batch(Group.add(1, 1));

    @BeforeEach
    void open() {
        client.order(0, 1, opening);
        client.replies();
    }

    private long executed() {
        return backup.replica.status().executed();
    }

    /** f+1 say that they are active in view 1, with these batches from seqno 1 on. */
    static void enter(Lone backup, Batch... chosen) {
        List<Digest> batches = Stream.of(chosen).map(Batch::digest).toList();
        NewView decision = new NewView(1, List.of(), 0, new Digest(1, 2, 3, 4), batches);
        backup.say(0, decision);
        backup.say(2, decision);
        backup.tick(10);
        assertThat(backup.replica.status().view()).isEqualTo(1);
        assertThat(backup.replica.status().phase()).isNotEqualTo("view-change");
    }

    private static boolean isExecution(Fact fact) {
        return fact instanceof Fact.Executed executed && executed.number() == 1;
    }

    /** Amendment AG2. */
    @Test
    void aTentativeReplyLeavesOnlyWhenThePreparedFactIsOnDisk() {
        client.prepare(0, 2, adding);
        assertThat(client.replies()).isEmpty();
        backup.sync();
        Reply reply = client.reply();
        assertThat(reply.basis()).isEqualTo(Reply.Basis.TENTATIVE);
        assertThat(reply.result()).containsExactly(101);
        assertThat(reply.view()).isZero();
        assertThat(executed()).isEqualTo(1);
        assertThat(backup.facts).noneMatch(TentativeExecutionTest::isExecution);
    }

    @Test
    void whoAsksAgainMeanwhileGetsNoAnswerEither() {
        client.prepare(0, 2, adding);
        client.ask(Group.add(1, 1));
        assertThat(client.replies()).isEmpty();
        backup.sync();
        client.replies();
        client.ask(Group.add(1, 1));
        assertThat(client.reply().tentative()).isTrue();
    }

    @Test
    void whatWasAnsweredTentativelyIsNotAnsweredOnceMoreWhenItCommits() {
        client.prepare(0, 2, adding);
        backup.sync();
        client.replies();
        client.commit(0, 2, adding);
        backup.sync();
        assertThat(executed()).isEqualTo(2);
        assertThat(backup.facts).filteredOn(TentativeExecutionTest::isExecution).hasSize(1);
        assertThat(client.replies()).isEmpty();
        client.ask(Group.add(1, 1));
        Reply again = client.reply();
        assertThat(again.basis()).isEqualTo(Reply.Basis.COMMITTED);
        assertThat(again.result()).containsExactly(101);
    }

    @Test
    void whatCommitsBeforeItIsAnsweredIsAnsweredAsCommitted() {
        client.prepare(0, 2, adding);
        client.commit(0, 2, adding);
        backup.sync();
        assertThat(client.reply().basis()).isEqualTo(Reply.Basis.COMMITTED);
    }

    @Test
    void oneBatchAtMostIsExecutedAhead() {
        client.prepare(0, 2, adding);
        backup.sync();
        client.replies();
        Batch next = client.batch(Group.add(1, 2));
        client.prepare(0, 3, next);
        backup.sync();
        assertThat(client.replies()).isEmpty();
        client.commit(0, 2, adding);
        assertThat(client.reply().result()).containsExactly(102);
    }

    @Test
    void aReplicaThatLeavesItsViewUndoesWhatItExecutedAhead() {
        client.prepare(0, 2, adding);
        backup.sync();
        client.replies();
        enter(backup, opening);
        assertThat(backup.facts).contains(new Fact.RolledBack(2));
        client.ask(Group.add(1, 1));
        assertThat(client.replies()).as("nothing is left of it in the cache").isEmpty();
        Batch other = client.batch(new Request(1, 1, 1, false, new byte[] {5}, new byte[0]));
        client.order(1, 2, other);
        assertThat(client.reply().result()).containsExactly(105);
        assertThat(backup.facts).filteredOn(TentativeExecutionTest::isExecution).hasSize(1);
    }

    @Test
    void whatTheNextViewBeginsWithIsExecutedAheadAndAnsweredInItAgain() {
        client.prepare(0, 2, adding);
        backup.sync();
        client.replies();
        enter(backup, opening, adding);
        backup.sync();
        backup.say(0, new Vote(Message.Type.PREPARE, 1, 2, adding.digest()));
        backup.sync();
        Reply again = client.reply();
        assertThat(again.tentative()).isTrue();
        assertThat(again.view()).isEqualTo(1);
        assertThat(again.result()).containsExactly(101);
    }

    @Test
    void whatProvesToHaveCommittedOtherwiseReplacesWhatWasExecutedAhead() {
        client.prepare(0, 2, adding);
        backup.sync();
        client.replies();
        Batch other = client.batch(new Request(1, 1, 1, false, new byte[] {5}, new byte[0]));
        client.commit(4, 2, other);
        backup.pass(new Body(2, other));
        assertThat(executed()).isEqualTo(2);
        assertThat(backup.facts).contains(new Fact.RolledBack(2));
        assertThat(client.replies()).isEmpty();
        backup.sync();
        assertThat(client.reply().result()).containsExactly(105);
    }
}
