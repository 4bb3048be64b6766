package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client can be told. */
final class ClientSettingsTest {
    private static final ClientSettings USUAL = ClientSettings.of(1000, 4, new byte[16], 0);

    @Test
    void theUsualTimesAreThoseOfTheProtocol() {
        assertThat(USUAL.retransmit()).isEqualTo(150_000_000);
        assertThat(USUAL.retransmitCap()).isEqualTo(1_000_000_000);
        assertThat(USUAL.queue()).isEqualTo(1024);
        assertThat(USUAL.sessions()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 5, 6, 8})
    void onlyThreeFPlusOneReplicasAreServed(int replicas) {
        assertThatThrownBy(() -> ClientSettings.of(1000, replicas, new byte[16], 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3f+1");
    }

    @Test
    void aReplicasIdIsNoClientId() {
        assertThatThrownBy(() -> ClientSettings.of(3, 4, new byte[16], 0)).hasMessageContaining("client id 3");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 65})
    void sessionsAreOneToSixtyFour(int sessions) {
        assertThatThrownBy(() -> USUAL.withSessions(sessions)).hasMessageContaining("1 to 64");
    }

    @Test
    void timesThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> USUAL.withTimes(0, 1_000_000, 1_000_000)).hasMessageContaining("retransmit");
        assertThatThrownBy(() -> USUAL.withTimes(2_000_000, 1_000_000, 9_000_000))
                .hasMessageContaining("retransmit");
        assertThatThrownBy(() -> USUAL.withTimes(2_000_000, 3_000_000, 2_000_000))
                .hasMessageContaining("keyRefresh");
        assertThatThrownBy(() -> USUAL.withTimes(2_000_000, 3_000_000, Long.MAX_VALUE))
                .hasMessageContaining("keyRefresh");
        assertThatThrownBy(() -> USUAL.withQueue(0)).hasMessageContaining("queue");
    }
}
