package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.wire.Batch;
import dev.bft.wire.Cluster;
import dev.bft.wire.Envelope;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Request;
import dev.bft.wire.SignedRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a primary is too slow, and when it is not (11-A2, A3, A9). */
class ExpectationsTest {
    private static final long TICK = 5_000_000L;
    private static final int FIRST = 1000;
    /** A view timeout of 200 ms, batches of 8 requests, 4 sessions. */
    private final Expectations expectations = new Expectations(Lone.settings(3, 8, 16), new Quorums(4));

    private long seqno;
    private long number;

    private SignedRequest request(int client) {
        Request request = new Request(1, 1, ++number, false, new byte[0], new byte[0]);
        try {
            return SignedRequest.read(Envelope.complete(
                    Envelope.open(new Cluster(new byte[16], 0), client, request), new Envelope.Unsigned()));
        } catch (MalformedException e) {
            throw new AssertionError("a request that was just written", e);
        }
    }

    private List<SignedRequest> pass(int ticks) {
        List<SignedRequest> late = List.of();
        for (int i = 0; i < ticks; i++) {
            late = expectations.tick(TICK, 0, -1);
        }
        return late;
    }

    private void propose(SignedRequest... requests) {
        seqno++;
        expectations.proposed(seqno, Batch.of(List.of(requests), 1, new byte[0]));
        expectations.prepared(seqno);
    }

    /** Each of so many clients shows requests that the primary proposes after so many ticks. */
    private void serve(int clients, int ticks) {
        for (int i = 0; i < 8; i++) {
            for (int client = 0; client < clients; client++) {
                SignedRequest shown = request(FIRST + client);
                expectations.shown(shown);
                pass(ticks);
                propose(shown);
                expectations.executed(shown);
            }
        }
    }

    private void quickNetwork() {
        for (int i = 0; i < 16; i++) {
            propose();
        }
    }

    @Test
    void nobodyIsJudgedBeforeTheNetworkIsKnown() {
        assertThat(expectations.expected()).isEqualTo(200_000_000L);
        quickNetwork();
        assertThat(expectations.expected()).isEqualTo(10_000_000L);
    }

    /** Who shows most is judged by first, and may be the one client that lies. */
    @Test
    void oneClientOfThreeDoesNotJudgeAloneBeforeTheOthersShowedEnough() {
        quickNetwork();
        SignedRequest one = request(FIRST + 1);
        SignedRequest another = request(FIRST + 2);
        expectations.shown(one);
        expectations.shown(another);
        propose(one, another);
        serve(1, 6);
        assertThat(expectations.isDisappointed()).isFalse();
    }

    /** Where this replica has more to do than it can, the primary may have as well. */
    @Test
    void whoseOwnTicksComeLateExpectsLess() {
        quickNetwork();
        for (int i = 0; i < 200; i++) {
            expectations.tick(4 * TICK, 0, -1);
        }
        assertThat(expectations.expected()).isBetween(69_000_000L, 70_000_000L);
        pass(200);
        assertThat(expectations.expected()).isBetween(10_000_000L, 11_000_000L);
    }

    @Test
    void whoProposesWithinTwoTicksIsGoodEnough() {
        quickNetwork();
        serve(3, 2);
        assertThat(expectations.isDisappointed()).isFalse();
    }

    @Test
    void whoTakesThreeIsNot() {
        quickNetwork();
        serve(3, 3);
        assertThat(expectations.isDisappointed()).isTrue();
    }

    @Test
    void oneClientOfThreeProvesNothing() {
        quickNetwork();
        for (int i = 0; i < 8; i++) {
            serve(3, 0);
            SignedRequest withheld = request(FIRST);
            expectations.shown(withheld);
            assertThat(pass(3)).containsExactly(withheld);
            assertThat(expectations.isDisappointed()).isFalse();
            propose(withheld);
        }
        serve(1, 3);
        assertThat(expectations.isDisappointed()).isFalse();
    }

    @Test
    void aFewLateOnesProveNothing() {
        quickNetwork();
        serve(1, 0);
        for (int i = 0; i < 4; i++) {
            SignedRequest shown = request(FIRST);
            expectations.shown(shown);
            pass(20);
            propose(shown);
        }
        assertThat(expectations.isDisappointed()).isFalse();
    }

    @Test
    void whatWasProposedBeforeItWasShownIsInTime() {
        quickNetwork();
        for (int i = 0; i < 8; i++) {
            SignedRequest shown = request(FIRST);
            propose(shown);
            expectations.shown(shown);
            pass(2);
            expectations.executed(shown);
        }
        assertThat(expectations.isDisappointed()).isFalse();
    }

    /** What f+1 primaries needed is what one may need: one of them is correct. */
    @Test
    void whereNoPrimaryIsFasterNoneIsSlow() {
        quickNetwork();
        serve(1, 6);
        assertThat(expectations.isDisappointed()).isTrue();
        expectations.left(0);
        serve(1, 6);
        assertThat(expectations.isDisappointed()).as("in its first second").isFalse();
        pass(200);
        serve(1, 6);
        assertThat(expectations.isDisappointed()).as("one primary says nothing").isTrue();
        expectations.left(1);
        pass(200);
        serve(1, 6);
        assertThat(expectations.expected()).isEqualTo(60_000_000L);
        assertThat(expectations.isDisappointed()).isFalse();
    }

    @Test
    void whoHelpsAReplicaThatFetchesMayTakeLonger() {
        quickNetwork();
        expectations.tick(TICK, 50_000_000L, -1);
        serve(1, 6);
        assertThat(expectations.isDisappointed()).isFalse();
    }

    /** With a batch of 8 and a table of 4 sessions 65 batches may pass. */
    @Test
    void whoPassesASignedRequestOverIsUnfair() {
        quickNetwork();
        expectations.tick(TICK, 0, 7);
        for (int i = 0; i < 65; i++) {
            propose(request(FIRST));
            expectations.tick(TICK, 0, 7);
        }
        assertThat(expectations.isDisappointed()).isFalse();
        propose(request(FIRST));
        assertThat(expectations.isDisappointed()).isTrue();
        expectations.tick(TICK, 0, 8);
        assertThat(expectations.isDisappointed())
                .as("another is the oldest now")
                .isFalse();
    }

    @Test
    void whoLacksWhatOthersHaveForgetsWhatItSaw() {
        quickNetwork();
        serve(1, 3);
        expectations.startOver();
        assertThat(expectations.isDisappointed()).isFalse();
    }
}
