package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How often signatures are checked, and for whom (11-A6). */
final class SignatureRatesTest {
    private static final long SECOND = 1_000_000_000L;

    private final SignatureRates rates = new SignatureRates();

    private int taken(int client, long now) {
        return (int) IntStream.range(0, 10_000)
                .filter(i -> rates.takeOfClient(client, now))
                .count();
    }

    @Test
    void oneClientHasALotAndNotAll() {
        assertThat(taken(1000, SECOND)).isEqualTo(64 + 100);
        assertThat(taken(1000, 2 * SECOND)).isEqualTo(20 + 100);
        assertThat(taken(1001, 2 * SECOND)).isEqualTo(64 + 100);
    }

    @Test
    void whoTakesAllLeavesEachOtherTwentyASecond() {
        for (int client = 1002; client < 1030; client++) {
            taken(client, SECOND);
        }
        assertThat(taken(1001, SECOND)).isEqualTo(64);
        for (int client = 1002; client < 1030; client++) {
            taken(client, SECOND + SECOND / 10);
        }
        assertThat(taken(1001, SECOND + SECOND / 10)).isEqualTo(2);
    }

    @Test
    void moreClientsThanAreCountedShareWhatIsLeft() {
        for (int client = 1000; client < 2024; client++) {
            assertThat(rates.takeOfClient(client, SECOND)).isTrue();
        }
        assertThat(taken(5000, SECOND)).isEqualTo(500);
        // Who took nothing for a while makes room.
        assertThat(taken(5000, 2 * SECOND)).isEqualTo(64 + 100);
    }

    @Test
    void strangersTakeNothingFromReplicasNorOneReplicaFromAnother() {
        while (rates.takeOfStranger(SECOND)) {
            // Until there is none.
        }
        while (rates.takeOfReplica(1, SECOND)) {
            // Until there is none.
        }
        assertThat(rates.takeOfReplica(2, SECOND)).isTrue();
        assertThat(taken(1000, SECOND)).isEqualTo(64 + 100);
    }
}
