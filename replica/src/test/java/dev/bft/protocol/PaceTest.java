package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How fast a primary may propose while a replica cannot catch up (amendment RC10). */
class PaceTest {
    private static final long SECOND = 1_000_000_000L;
    private final Pace pace = new Pace(Lone.settings(0, 8, 16));

    @Test
    void withoutALeaseNothingIsHeldBack() {
        pace.dirtied(1_000_000);
        pace.proposed(0);
        assertThat(pace.allows(0)).isTrue();
    }

    @Test
    void inALeaseHalfAsManyPagesAreWrittenAsAreServedByAll() {
        pace.dirtied(1_000_000);
        pace.lease(0);
        pace.served(20);
        pace.dirtied(30);
        pace.proposed(0);
        assertThat(pace.allows(0)).isTrue();
        pace.dirtied(1);
        assertThat(pace.allows(0)).isFalse();
        pace.served(1);
        assertThat(pace.allows(0)).isTrue();
    }

    @Test
    void nowAndThenABatchIsProposedAllTheSame() {
        pace.lease(0);
        pace.dirtied(100);
        pace.proposed(SECOND);
        assertThat(pace.allows(SECOND + 49_000_000)).isFalse();
        assertThat(pace.allows(SECOND + 50_000_000)).isTrue();
    }

    @Test
    void aLeaseEnds() {
        pace.lease(0);
        pace.dirtied(100);
        pace.proposed(60 * SECOND);
        assertThat(pace.allows(60 * SECOND - 1)).isFalse();
        assertThat(pace.allows(60 * SECOND)).isTrue();
    }
}
