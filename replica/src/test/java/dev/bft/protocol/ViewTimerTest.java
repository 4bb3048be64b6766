package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How long a view is waited for (sections 4.8, 6.9): the timer alone, and the time that it takes for time. */
class ViewTimerTest {
    private static final long MILLIS = 1_000_000L;
    private static final int SHORTEST = 100;
    private static final int PERIOD = 4;

    private final ViewTimer timer = new ViewTimer(SHORTEST * MILLIS, PERIOD);
    private long now;

    /** Whether the timer says that its time is over, after this step of time. */
    private boolean tick(long millis) {
        now += millis * MILLIS;
        return timer.tick(now);
    }

    private void run(long millis) {
        for (long i = 0; i < millis; i += 10) {
            tick(10);
        }
    }

    /** After how many milliseconds it expires, started now. */
    private int timeout() {
        timer.start();
        for (int millis = 10; millis <= 1_000_000; millis += 10) {
            if (tick(10)) {
                timer.stop();
                return millis;
            }
        }
        throw new AssertionError("it never expires");
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            timer.failed();
        }
    }

    @Test
    void onlyWhileItRunsItsTimePasses() {
        run(1000);
        assertThat(timeout()).isEqualTo(SHORTEST);
        timer.start();
        tick(10);
        timer.stop();
        run(1000);
        assertThat(timer.isRunning()).isFalse();
        assertThat(timeout()).isEqualTo(SHORTEST);
    }

    @Test
    void itDoublesWithEachExpiryAfterWhichNothingWasExecuted() {
        fail(1);
        assertThat(timeout()).as("something was executed before the first").isEqualTo(SHORTEST);
        fail(1);
        assertThat(timeout()).isEqualTo(2 * SHORTEST);
        fail(1);
        assertThat(timeout()).isEqualTo(4 * SHORTEST);
    }

    @Test
    void itDoesNotDoubleWhereSomethingWasExecutedSinceTheLastExpiry() {
        fail(2);
        timer.progress();
        fail(1);
        assertThat(timeout()).isEqualTo(2 * SHORTEST);
        fail(1);
        assertThat(timeout()).isEqualTo(4 * SHORTEST);
    }

    @Test
    void itIsNeverLongerThanAMinute() {
        fail(50);
        assertThat(timeout()).isEqualTo(60_000);
    }

    @Test
    void itHalvesAfterKBatchesAndIsNeverResetAtOnce() {
        fail(4);
        for (int i = 1; i < PERIOD; i++) {
            timer.progress();
        }
        assertThat(timeout()).isEqualTo(8 * SHORTEST);
        timer.progress();
        assertThat(timeout()).isEqualTo(4 * SHORTEST);
        for (int i = 0; i < 5 * PERIOD; i++) {
            timer.progress();
        }
        assertThat(timeout()).as("down to the shortest").isEqualTo(SHORTEST);
    }

    @Test
    void batchesBeforeAnExpiryDoNotCountTowardsK() {
        fail(3);
        for (int i = 1; i < PERIOD; i++) {
            timer.progress();
        }
        fail(1);
        timer.progress();
        assertThat(timeout()).isEqualTo(4 * SHORTEST);
    }

    @Test
    void itHalvesAfterTenSecondsInWhichSomethingWasExecuted() {
        fail(4);
        run(20_000);
        assertThat(timeout()).as("nothing was executed").isEqualTo(8 * SHORTEST);
        fail(1);
        timer.progress();
        run(10_000 - 17 * SHORTEST);
        assertThat(timeout()).as("not yet").isEqualTo(16 * SHORTEST);
        run(SHORTEST);
        assertThat(timeout()).isEqualTo(8 * SHORTEST);
    }

    @Test
    void itDoublesWhenOneOfThePrimariesThatWereLeftWasCorrect() {
        timer.expiredUnder(1, 2);
        timer.expiredUnder(1, 2);
        assertThat(timeout()).as("f of them may be faulty").isEqualTo(SHORTEST);
        timer.expiredUnder(2, 2);
        assertThat(timeout()).isEqualTo(2 * SHORTEST);
        timer.expiredUnder(3, 2);
        assertThat(timeout()).as("each counts once").isEqualTo(2 * SHORTEST);
        timer.expiredUnder(0, 2);
        assertThat(timeout()).isEqualTo(4 * SHORTEST);
        for (int i = 0; i < 5 * PERIOD; i++) {
            timer.progress();
        }
        assertThat(timeout()).as("batches do not show that it was too long").isEqualTo(4 * SHORTEST);
        run(10_000);
        assertThat(timeout()).isEqualTo(2 * SHORTEST);
        run(10_000);
        assertThat(timeout()).isEqualTo(SHORTEST);
    }

    @Test
    void whatWasLeftLongAgoDoesNotCount() {
        timer.expiredUnder(1, 2);
        run(10_000);
        timer.expiredUnder(2, 2);
        assertThat(timeout()).isEqualTo(SHORTEST);
        for (int i = 0; i < 40; i++) {
            timer.expiredUnder(i % 4, 2);
        }
        assertThat(timeout()).as("eight times is the most").isEqualTo(8 * SHORTEST);
    }

    @Test
    void aStepOfMoreThanTenMillisecondsCountsAsTen() {
        timer.start();
        assertThat(tick(60_000)).isFalse();
        for (int i = 1; i < SHORTEST / 10 - 1; i++) {
            assertThat(tick(11)).isFalse();
        }
        assertThat(tick(1_000)).isTrue();
    }

    @Test
    void timeInWhichItDidNotRunIsNoTimeOfProgressEither() {
        fail(3);
        timer.progress();
        for (int i = 0; i < 10; i++) {
            tick(60_000);
        }
        assertThat(timeout()).isEqualTo(4 * SHORTEST);
    }
}
