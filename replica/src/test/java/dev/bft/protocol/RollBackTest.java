package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.state.PagedState;
import dev.bft.wire.Batch;
import dev.bft.wire.Digest;
import dev.bft.wire.Request;
import dev.bft.wire.SignedRequest;
import org.junit.jupiter.api.Test;

/** Undoing restores the whole state, reply cache and sessions included (section 4.7). */
class RollBackTest {
    private static final LoneClient CLIENT = new LoneClient(new Lone(1));
    private static final Batch OPENING = CLIENT.opening();
    private static final Batch ADDING = CLIENT.batch(Group.add(1, 1));

    /** An execution and its state. */
    private static final class Machine {
        final PagedState state = new PagedState((page, target) -> {}, Replica.protocolPages(4), 1);
        final Execution execution = new Execution(
                new Node(Lone.settings(1, 4, 8), new PlainKeys()), new Group.Counter(() -> 0), state, seqno -> {});

        Machine() {
            state.reformat();
            execution.upcalls().format();
            state.fold(0);
        }

        Machine executed(Batch... batches) {
            for (int i = 0; i < batches.length; i++) {
                execution.execute(i + 1, batches[i]);
            }
            return this;
        }

        Machine ahead(long seqno, Batch batch) {
            execution.executeAhead(seqno, batch);
            return this;
        }

        Machine rolledBack() {
            execution.rollBack();
            return this;
        }

        Digest digest() {
            return state.fold(4);
        }
    }

    private static SignedRequest only(Batch batch) {
        return batch.requests().get(0);
    }

    @Test
    void theStateIsThatAfterTheLastCommittedBatch() {
        Digest before = new Machine().executed(OPENING).digest();
        Digest after = new Machine().executed(OPENING, ADDING).digest();
        assertThat(after).isNotEqualTo(before);
        assertThat(new Machine().executed(OPENING).ahead(2, ADDING).rolledBack().digest())
                .isEqualTo(before);
    }

    @Test
    void whatCommitsAfterItWasExecutedAheadIsAsIfItHadNot() {
        Digest after = new Machine().executed(OPENING, ADDING).digest();
        assertThat(new Machine().ahead(1, OPENING).executed(OPENING, ADDING).digest())
                .isEqualTo(after);
        Machine again = new Machine().executed(OPENING).ahead(2, ADDING).rolledBack();
        again.execution.execute(2, ADDING);
        assertThat(again.digest()).isEqualTo(after);
    }

    @Test
    void anotherBatchThatCommitsThereUndoesItFirst() {
        Batch other = CLIENT.batch(new Request(1, 1, 1, false, new byte[] {5}, new byte[0]));
        Machine machine = new Machine().executed(OPENING).ahead(2, ADDING);
        assertThat(machine.execution.execute(2, other).get(0).reply().result()).containsExactly(105);
        assertThat(machine.digest())
                .isEqualTo(new Machine().executed(OPENING, other).digest());
    }

    @Test
    void whatTheServiceRefusedInABatchAheadIsUndoneWithTheRest() {
        // An operation of no bytes makes the counter fail.
        Batch failing = CLIENT.batch(new Request(1, 1, 1, false, new byte[0], new byte[0]));
        Digest before = new Machine().executed(OPENING).digest();
        assertThat(new Machine()
                        .executed(OPENING)
                        .ahead(2, failing)
                        .rolledBack()
                        .digest())
                .isEqualTo(before);
    }

    @Test
    void theReplyCacheAndTheSessionsAreThoseOfBefore() {
        Machine machine = new Machine().executed(OPENING).ahead(2, ADDING);
        assertThat(machine.execution.cachedReply(only(ADDING))).isPresent();
        assertThat(machine.rolledBack().execution.cachedReply(only(ADDING))).isEmpty();
        assertThat(machine.execution.isPast(only(ADDING))).isFalse();
        Machine fresh = new Machine().ahead(1, OPENING);
        assertThat(fresh.execution.sessions().size()).isEqualTo(1);
        assertThat(fresh.rolledBack().execution.sessions().size()).isZero();
        assertThat(fresh.execution.isPast(only(OPENING))).isFalse();
        assertThat(fresh.execution.isGone(only(ADDING))).isTrue();
    }
}
