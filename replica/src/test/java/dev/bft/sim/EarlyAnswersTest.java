package dev.bft.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bft.protocol.Fact;
import dev.bft.wire.Batch;
import dev.bft.wire.Cluster;
import dev.bft.wire.Envelope;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Out;
import dev.bft.wire.Request;
import dev.bft.wire.SignedRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What clients have before any replica committed it: tentative results, and reads out of order. */
class EarlyAnswersTest {
    private static final int CLIENT = 1000;

    private final Plan plan = Plan.draw(1, 4, 100);
    private final Cluster cluster = new Cluster(plan.cluster(), 0);
    private final Batches batches = new Batches();
    private final History history = new History(batches, new Tally(), plan);
    private final ReadHistory reads = new ReadHistory();

    private static void broken(String invariant, Runnable step) {
        assertThatExceptionOfType(Violation.class)
                .isThrownBy(step::run)
                .matches(v -> v.invariant().equals(invariant), invariant);
    }

    private Operation issue(Operation.Kind kind, long number) {
        Operation operation = new Operation(kind, number, 0, new byte[] {(byte) number});
        history.issued(operation, operation.toBytes());
        return operation;
    }

    private Operation add(long number) {
        return issue(Operation.Kind.ADD, number);
    }

    private void executes(long seqno, Operation operation) {
        try {
            int session = (int) operation.number();
            Request request = new Request(session, 3, 1, false, operation.toBytes(), new byte[0]);
            byte[] frame = Envelope.complete(Envelope.open(cluster, CLIENT, request), new Envelope.Unsigned());
            Batch batch = Batch.of(List.of(SignedRequest.read(frame)), new byte[0]);
            Out out = new Out(100);
            batch.write(out);
            batches.digest(seqno, out.toBytes(), 0);
            Fact.Executed executed = new Fact.Executed(seqno, seqno, CLIENT, session, 3, 1, request.digest(CLIENT));
            history.committed(0, new Fact.Committed(0, seqno, batch.digest()), List.of(executed));
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] sum(long value) {
        return new Out(8).i64(value).toBytes();
    }

    @Test
    void anEarlyResultIsTheHistorysInTheEnd() {
        Operation first = add(1);
        Operation second = add(2);
        history.accepted(1, false, sum(1));
        executes(1, first);
        history.accepted(2, false, sum(2));
        broken("reply", () -> executes(2, second));
    }

    @Test
    void anEarlyResultOfWhatNeverRunsIsFound() {
        add(1);
        history.end();
        history.executed(1);
        broken("reply", history::end);
    }

    @Test
    void whatWasAskedForAfterAnAnswerDoesNotStandBeforeIt() {
        Operation first = add(1);
        Operation second = add(2);
        history.accepted(1, false, sum(3));
        Operation third = add(3);
        executes(1, second);
        executes(2, first);
        history.accepted(3, false, sum(6 + 4));
        Operation fourth = add(4);
        executes(3, fourth);
        broken("real-time", () -> executes(4, third));
    }

    @Test
    void aReadAnswersWhatStoodThereBetweenQuestionAndAnswer() {
        byte[] nothing = new byte[8];
        byte[] one = {1};
        byte[] two = {2};
        reads.placed(1, 5, one);
        reads.asked(2, 5);
        assertThat(reads.answered(2, nothing)).as("nobody was told of 1 before").isTrue();
        reads.placed(3, 5, two);
        reads.answered(1);
        reads.asked(4, 5);
        assertThat(reads.answered(4, nothing)).isFalse();
        assertThat(reads.answered(4, one)).isTrue();
        assertThat(reads.answered(4, two)).isTrue();
    }

    @Test
    void whoReadsAfterAReadDoesNotReadAnOlderState() {
        reads.placed(1, 5, new byte[] {1});
        reads.asked(2, 5);
        assertThat(reads.answered(2, new byte[] {1})).isTrue();
        reads.asked(3, 5);
        assertThat(reads.answered(3, new byte[8])).isFalse();
    }

    @Test
    void whatWasAnsweredEarlyIsReadByWhoeverAsksThen() {
        reads.answered(1);
        reads.asked(2, 5);
        assertThat(reads.answered(2, new byte[8])).as("1 has no place yet").isFalse();
        reads.placed(1, 5, new byte[] {1});
        assertThat(reads.answered(2, new byte[8])).isFalse();
        assertThat(reads.answered(2, new byte[] {1})).isTrue();
    }

    @Test
    void aStaleReadIsFoundAtTheEnd() {
        Operation put = issue(Operation.Kind.PUT, 1);
        executes(1, put);
        history.accepted(1, false, new byte[8]);
        issue(Operation.Kind.GET, 2);
        history.accepted(2, false, new byte[8]);
        broken("reply", history::end);
    }
}
