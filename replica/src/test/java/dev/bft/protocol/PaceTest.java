package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How fast a primary may propose while a replica cannot catch up (amendment RC10). */
class PaceTest {
    private static final long SECOND = 1_000_000_000L;
    private final Pace pace = new Pace(Lone.settings(0, 8, 16));

    @Test
    void whileNobodyAsksNothingIsHeldBack() {
        pace.dirtied(1_000_000);
        pace.proposed(0);
        assertThat(pace.allows(0)).isTrue();
    }

    @Test
    void halfAsManyPagesAreWrittenAsAreServedByAll() {
        pace.dirtied(1_000_000);
        pace.asked(0);
        pace.served(20);
        pace.dirtied(30 + 16);
        pace.proposed(0);
        assertThat(pace.allows(0)).isTrue();
        pace.dirtied(1);
        assertThat(pace.allows(0)).isFalse();
        pace.served(1);
        assertThat(pace.allows(0)).isTrue();
    }

    @Test
    void nowAndThenABatchIsProposedAllTheSame() {
        pace.asked(SECOND);
        pace.dirtied(100);
        pace.proposed(SECOND);
        assertThat(pace.allows(SECOND + 49_000_000)).isFalse();
        assertThat(pace.allows(SECOND + 50_000_000)).isTrue();
    }

    @Test
    void whoFetchesGrantsWhatOthersMayTakeForIt() {
        assertThat(pace.patience(SECOND)).isZero();
        pace.fetches(SECOND);
        assertThat(pace.patience(2 * SECOND - 1)).isEqualTo(50_000_000);
        assertThat(pace.patience(2 * SECOND)).isZero();
        pace.dirtied(1_000_000);
        pace.proposed(SECOND);
        assertThat(pace.allows(SECOND)).as("it holds nothing back itself").isTrue();
    }

    @Test
    void whoHasCaughtUpHoldsNothingBackAnyMore() {
        pace.asked(0);
        pace.dirtied(100);
        pace.proposed(SECOND - 2);
        assertThat(pace.allows(SECOND - 1)).isFalse();
        assertThat(pace.allows(SECOND)).isTrue();
        pace.asked(2 * SECOND);
        assertThat(pace.allows(2 * SECOND)).isTrue();
    }
}
