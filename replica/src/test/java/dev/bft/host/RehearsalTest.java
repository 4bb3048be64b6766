package dev.bft.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a rehearsal makes run. */
final class RehearsalTest {

    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    @Test
    void everyLostPrimaryIsFollowedAndEveryOperationAnswered() {
        Rehearsal rehearsal = new Rehearsal(MINUTE);
        assertThat(rehearsal.play(5, 8)).isEqualTo(8 + 5 * 16);
        // Each loss is one view change at three replicas at least; the one that was lost follows later.
        assertThat(rehearsal.views().stream().filter(view -> view == 5).count()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void withoutALossThereIsNoViewChange() {
        Rehearsal rehearsal = new Rehearsal(MINUTE);
        assertThat(rehearsal.play(0, 100)).isEqualTo(100);
        assertThat(rehearsal.views()).containsOnly(0L);
    }

    @Test
    @Timeout(60)
    void itEndsWhenItsTimeIsOver() {
        assertThat(new Rehearsal(0).play(1_000_000, 1_000_000)).isZero();
    }

    @Test
    @Timeout(60)
    void theOneOfABootEnds() {
        Rehearsal.once();
    }
}
