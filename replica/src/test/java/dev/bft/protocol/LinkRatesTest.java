package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a stranger costs others: nothing (amendment RC11). */
class LinkRatesTest {
    private static final long STRANGER = 77;
    private static final long PEER = 3;

    @Test
    void aConnectionUsesUpItsOwnShareOnly() {
        LinkRates rates = new LinkRates();
        int taken = 0;
        for (int i = 0; i < 100; i++) {
            taken += rates.take(STRANGER, 0) ? 1 : 0;
        }
        assertThat(taken).isEqualTo(4);
        assertThat(rates.take(PEER, 0)).isTrue();
        assertThat(rates.take(STRANGER, 1_000_000_000L)).isTrue();
    }
}
