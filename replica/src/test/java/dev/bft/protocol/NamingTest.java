package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.wire.Batch;
import dev.bft.wire.Cluster;
import dev.bft.wire.Envelope;
import dev.bft.wire.Limits;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Proposal;
import dev.bft.wire.Request;
import dev.bft.wire.SignedRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which long requests a primary proposes whole (section 3.5). */
class NamingTest {
    private static final long SECOND = 1_000_000_000L;

    private final Naming naming = new Naming(4);

    private static SignedRequest request(int client, int bytes) {
        Request request = new Request(1, 5, 1, false, new byte[bytes], new byte[0]);
        try {
            return SignedRequest.read(Envelope.complete(
                    Envelope.open(new Cluster(new byte[16], 0), client, request), new Envelope.Unsigned()));
        } catch (MalformedException e) {
            throw new AssertionError("a request that was just written", e);
        }
    }

    private static Batch batch(SignedRequest... requests) {
        return Batch.of(List.of(requests), new byte[0]);
    }

    private static SignedRequest big(int client) {
        return request(client, Limits.INLINE + 1);
    }

    private boolean isWhole(int client, long now) {
        Slot slot = new Slot(1, 4, new Weight());
        slot.accept(batch(big(client)));
        Proposal proposal = naming.proposal(0, slot, now).proposal();
        assertThat(proposal.digest()).isEqualTo(batch(big(client)).digest());
        return proposal.entries().get(0) instanceof SignedRequest;
    }

    @Test
    void whatNobodyLackedIsNamed() {
        assertThat(isWhole(1000, 0)).isFalse();
    }

    @Test
    void whatSomebodyLackedIsSentWholeForAWhile() {
        naming.lacked(1, batch(big(1000)), SECOND);
        assertThat(isWhole(1000, SECOND)).isTrue();
        assertThat(isWhole(1001, SECOND)).isFalse();
        assertThat(isWhole(1000, SECOND + Naming.WHOLE - 1)).isTrue();
        assertThat(isWhole(1000, SECOND + Naming.WHOLE)).isFalse();
    }

    @Test
    void whatIsNeverNamedNobodyLacks() {
        naming.lacked(1, batch(request(1000, Limits.INLINE)), 0);
        assertThat(isWhole(1000, 0)).isFalse();
    }

    @Test
    void whoSaysThatItLacksEverythingIsBelievedOfOneClientASecond() {
        for (int i = 0; i < 100; i++) {
            for (int client = 1000; client < 1020; client++) {
                naming.lacked(1, batch(big(client)), i * SECOND / 10);
            }
        }
        long whole = 0;
        for (int client = 1000; client < 1020; client++) {
            whole += isWhole(client, 10 * SECOND) ? 1 : 0;
        }
        assertThat(whole).isBetween(8L, 14L);
        naming.lacked(2, batch(big(1030)), 10 * SECOND);
        assertThat(isWhole(1030, 10 * SECOND)).as("another has its own share").isTrue();
    }
}
