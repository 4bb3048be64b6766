package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.wire.Batch;
import dev.bft.wire.Bits;
import dev.bft.wire.Checkpoint;
import dev.bft.wire.Digest;
import dev.bft.wire.Message;
import dev.bft.wire.PrePrepare;
import dev.bft.wire.Status;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What replicas tell each other of what they lack (section 7): enough, and no more than the other can take. */
class StatusExchangeTest {
    private static final int L = 8;
    private static final int LAGS = 2;
    private final Lone lone = new Lone(1);
    private long counter;

    private static Batch batch(long seqno) {
        return Batch.of(List.of(), new byte[] {(byte) seqno});
    }

    /** Three batches commit and are on disk. */
    private void decideThree() {
        for (long seqno = 1; seqno <= 3; seqno++) {
            lone.say(0, new PrePrepare(0, seqno, batch(seqno)));
            lone.sync();
            lone.say(2, Lone.prepare(seqno, batch(seqno)));
            lone.say(3, Lone.prepare(seqno, batch(seqno)));
            lone.sync();
            lone.say(0, Lone.commit(seqno, batch(seqno)));
            lone.say(3, Lone.commit(seqno, batch(seqno)));
            lone.sync();
        }
        // Its keys are new to the others until then.
        lone.tick(1000);
        lone.sent.clear();
    }

    /** How many decisions a replica is told that says, after so many milliseconds, that it has executed so much. */
    private long told(long millis, long executed) {
        lone.tick(millis);
        long before = lone.sentOf(Message.Type.DECIDED);
        Bits none = Bits.ofSize((int) (L - executed));
        lone.say(LAGS, new Status(0, 0, executed, ++counter, false, none, none, none));
        return lone.sentOf(Message.Type.DECIDED) - before;
    }

    @Test
    void whoGoesOnIsToldAllTenTimesASecond() {
        decideThree();
        assertThat(told(5, 0)).isEqualTo(3);
        assertThat(told(30, 1)).isZero();
        assertThat(told(80, 1)).isEqualTo(2);
        assertThat(told(110, 2)).isEqualTo(1);
    }

    @Test
    void whoDoesNotGoOnIsToldAgainMoreAndMoreSeldom() {
        decideThree();
        assertThat(told(5, 0)).isEqualTo(3);
        assertThat(told(110, 0)).isEqualTo(3);
        assertThat(told(110, 0)).isZero();
        assertThat(told(100, 0)).isEqualTo(3);
        assertThat(told(300, 0)).isZero();
        assertThat(told(110, 0)).isEqualTo(3);
        assertThat(told(410, 0)).as("and not more seldom than that").isEqualTo(3);
    }

    @Test
    void whoFetchesAStateLacksNothingThatItHolds() {
        Checkpoint later = new Checkpoint(2 * L, Digest.of(new byte[1]), true);
        lone.say(0, later);
        lone.say(LAGS, later);
        lone.tick(400);
        lone.tick(400);
        assertThat(lone.sentOf(Message.Type.FETCH)).isPositive();
        Optional<Status> last = lone.sent.stream()
                .filter(Status.class::isInstance)
                .map(Status.class::cast)
                .reduce((first, second) -> second);
        assertThat(last).hasValueSatisfying(status -> {
            assertThat(status.executed()).isZero();
            for (int bit = 0; bit < L; bit++) {
                assertThat(status.committed().get(bit)).isTrue();
            }
        });
    }
}
