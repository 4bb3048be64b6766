package dev.bft.protocol;

import static dev.bft.protocol.LoneClient.reading;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.wire.Batch;
import dev.bft.wire.Body;
import dev.bft.wire.Digest;
import dev.bft.wire.Reply;
import dev.bft.wire.Request;
import dev.bft.wire.ViewChange;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a replica answers what only reads, and when not (section 3.9, amendment AG1); who sends a result (3.7). */
class ReadsTest {
    private static final Request READ = reading(9, 1, Request.ALL);

    private final Lone backup = new Lone(3);
    private final LoneClient client = new LoneClient(backup);
    private final Batch opening = client.opening();
    private final Batch adding = client.batch(Group.add(1, 1));

    private void open() {
        client.order(0, 1, opening);
        client.replies();
    }

    private void tentative(long view) {
        client.prepare(view, 2, adding);
        backup.sync();
        assertThat(client.reply().tentative()).isTrue();
    }

    /** The backup answers now; that many were added before. */
    private void answers(int added) {
        Reply reply = client.reply();
        assertThat(reply.basis()).isEqualTo(Reply.Basis.READ);
        assertThat(reply.request()).isEqualTo(READ.digest(Group.CLIENT));
        assertThat(reply.result()).containsExactly(100 + added);
    }

    private void isSilent() {
        client.ask(READ);
        backup.tick(10);
        assertThat(client.replies()).isEmpty();
    }

    @Test
    void whatOnlyReadsIsAnsweredAtOnceFromWhatCommitted() {
        open();
        client.ask(READ);
        answers(0);
        client.order(0, 2, adding);
        client.replies();
        client.ask(READ);
        answers(1);
        assertThat(backup.replica.status().queued()).isZero();
    }

    @Test
    void whatWouldWriteIsNotAnsweredAndDoesNotWrite() {
        open();
        client.ask(new Request(1, 1, 9, Request.Kind.READ, Request.ALL, new byte[] {1}, new byte[0]));
        backup.tick(10);
        assertThat(client.replies()).isEmpty();
        client.ask(READ);
        answers(0);
    }

    @Test
    void noneIsAnsweredWhileABatchIsExecutedAhead() {
        open();
        tentative(0);
        isSilent();
        client.commit(0, 2, adding);
        answers(1);
    }

    /** What committed on evidence may be forgotten until that is on disk. */
    @Test
    void noneIsAnsweredWhileACommittedReplyWaitsForTheDisk() {
        open();
        client.commit(0, 2, adding);
        backup.pass(new Body(2, adding));
        assertThat(backup.replica.status().executed()).isEqualTo(2);
        isSilent();
        backup.sync();
        assertThat(client.replies()).extracting(Reply::basis).containsExactly(Reply.Basis.COMMITTED, Reply.Basis.READ);
    }

    @Test
    void whoLostItsVotesAnswersNone() {
        Lone amnesiac = new Lone(3, List.of(), false);
        for (int i = 0; i < 3; i++) {
            amnesiac.greet(i, 1);
        }
        LoneClient asking = new LoneClient(amnesiac);
        asking.ask(READ);
        amnesiac.tick(10);
        assertThat(amnesiac.replica.status().phase()).isEqualTo("amnesiac");
        assertThat(asking.replies()).isEmpty();
    }

    @Test
    void noneIsAnsweredWhileAViewIsWaitedFor() {
        open();
        ViewChange.Held start = new ViewChange.Held(0, new Digest(1, 2, 3, 4));
        ViewChange leaving = new ViewChange(1, 0, List.of(start), List.of(), List.of());
        backup.say(0, leaving);
        backup.say(1, leaving);
        isSilent();
        TentativeExecutionTest.enter(backup, opening);
        answers(0);
    }

    /** Amendment AG1: its client may have believed the write, and must not read what was before it. */
    @Test
    void noneIsAnsweredFromBelowAWriteThatWasAnsweredAndUndone() {
        open();
        tentative(0);
        TentativeExecutionTest.enter(backup, opening, adding);
        isSilent();
        client.order(1, 2, adding);
        backup.tick(10);
        assertThat(client.replies()).extracting(Reply::basis).contains(Reply.Basis.READ);
    }

    /** Amendment AG1: 2f+1 say that they did not prepare it, so that no client believes it. */
    @Test
    void aViewThatBeginsBelowAWriteThatWasAnsweredTakesItBack() {
        open();
        tentative(0);
        TentativeExecutionTest.enter(backup, opening);
        client.ask(READ);
        answers(0);
    }

    /** Amendment AG1: a boot forgets no answer, also not when it begins a view again in which it was given. */
    @Test
    void afterABootNoneIsAnsweredFromBelowAWriteThatWasAnswered() {
        open();
        TentativeExecutionTest.enter(backup, opening);
        tentative(1);
        Batch next = client.batch(Group.add(1, 2));
        client.prepare(1, 3, next);
        backup.sync();
        List<byte[]> onDisk = List.copyOf(backup.records);
        client.commit(1, 2, adding);
        assertThat(client.reply().result()).as("the write was answered").containsExactly(102);

        Lone again = new Lone(3, onDisk);
        LoneClient asking = new LoneClient(again);
        assertThat(again.replica.status().view()).isEqualTo(1);
        asking.ask(READ);
        asking.commit(1, 2, adding);
        again.sync();
        assertThat(again.replica.status().executed()).isEqualTo(2);
        assertThat(asking.replies()).extracting(Reply::basis).doesNotContain(Reply.Basis.READ);
        asking.commit(1, 3, next);
        again.sync();
        assertThat(asking.replies())
                .filteredOn(r -> r.basis() == Reply.Basis.READ)
                .hasSize(1);
    }

    @Test
    void ofALongResultAllButTheReplierSendTheDigest() {
        open();
        for (int replier = 0; replier < 3; replier++) {
            client.ask(reading(9, Digest.BYTES + 1, replier));
            Reply digest = client.reply();
            assertThat(digest.digested()).isTrue();
            client.ask(reading(9, Digest.BYTES + 1, 3));
            Reply full = client.reply();
            assertThat(full.digested()).isFalse();
            assertThat(full.result()).hasSize(Digest.BYTES + 1);
            assertThat(digest.result()).isEqualTo(Digest.of(full.result()).toBytes());
        }
    }

    @Test
    void aShortResultOrOneOfAReplierThatThereIsNotIsSentByAll() {
        open();
        client.ask(reading(9, Digest.BYTES, 0));
        assertThat(client.reply().digested()).isFalse();
        for (int nobody : new int[] {Request.ALL, 4, Integer.MIN_VALUE}) {
            client.ask(reading(9, Digest.BYTES + 1, nobody));
            assertThat(client.reply().digested()).isFalse();
        }
    }

    @Test
    void whoAsksAgainNamesAnotherReplierAlsoOfWhatIsOrdered() {
        open();
        byte[] operation = {1, Digest.BYTES + 1};
        client.prepare(0, 2, client.batch(new Request(1, 1, 1, Request.Kind.OPERATION, 0, operation, new byte[0])));
        backup.sync();
        assertThat(client.reply().digested()).isTrue();
        client.ask(new Request(1, 1, 1, Request.Kind.OPERATION, 3, operation, new byte[0]));
        assertThat(client.reply().digested()).isFalse();
        assertThat(backup.facts).noneMatch(Fact.Alarm.class::isInstance);
    }
}
