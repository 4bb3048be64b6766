package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.wire.Request;
import org.junit.jupiter.api.Test;

/** The log is bounded in bytes, not in batches alone. */
class LogBytesTest {
    private static final int PERIOD = 128;

    @Test
    void requestsOfAMegabyteReachTheCheckpointBeforeTheyFillTheHeap() {
        Group group = new Group(PERIOD);
        group.boot();
        group.connectClient();
        long base = group.openSession();
        byte[] large = new byte[1 << 20];
        large[0] = 1;
        for (int number = 1; number <= 40; number++) {
            group.request(new Request(1, base, number, false, large, new byte[0]), 0);
            assertThat(group.reply(0).result()).containsExactly(100 + number);
            for (Group.Member member : group.members) {
                assertThat(member.replica.status().logBytes()).isLessThan(18L << 20);
            }
        }
        for (Group.Member member : group.members) {
            assertThat(member.replica.status().stable()).isEqualTo(2 * PERIOD);
        }
    }
}
