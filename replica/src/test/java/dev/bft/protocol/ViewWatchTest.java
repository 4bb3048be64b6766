package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.wire.Batch;
import dev.bft.wire.Cluster;
import dev.bft.wire.Envelope;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Request;
import dev.bft.wire.SignedRequest;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a replica that was cut off blames the primary (sections 4.8, 6.9). */
class ViewWatchTest {
    private static final long MILLIS = 1_000_000L;
    private static final int STEP = 5;
    /** The view timeout of a lone replica. */
    private static final int TIMEOUT = 200;

    /** How long a primary may wait for who fetches: a quarter of it. */
    private static final int PACE = 50;

    private static final int CUT = 1_000;
    private static final int ASKED = 2_000;

    private final Node node = new Node(Lone.settings(1, 4, 8), new PlainKeys());
    private final RequestQueue queue = new RequestQueue(4, new Quarantine());
    private final ViewWatch watch = new ViewWatch(node, queue, new ViewWatch.Stuck() {
        @Override
        public Optional<String> tick(long step, long timeout) {
            return Optional.empty();
        }

        @Override
        public void left() {
            // Nothing is stuck.
        }
    });
    private int now;

    private static IntStream healings() {
        return IntStream.rangeClosed(0, TIMEOUT / STEP).map(i -> ASKED + 1_000 + STEP * i);
    }

    /** While it is cut off its timer starts anew whenever it expires, so the healing may meet any moment of its time. */
    @ParameterizedTest
    @MethodSource("healings")
    void whoMeetsTheOthersAgainGivesThePrimaryItsWholeTime(int healed) throws MalformedException {
        runUntil(CUT, true);
        runUntil(ASKED, false);
        SignedRequest request = request();
        queue.add(request, node.now);
        queue.signed(request, true);
        assertThat(runUntil(healed, false)).isEmpty();
        assertThat(runUntil(healed + TIMEOUT - STEP, true)).isEmpty();
        assertThat(runUntil(healed + TIMEOUT + STEP, true)).contains("a request waits");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatASlowedPrimaryProposesIsWorthTheTimeItMayTake(boolean fetches) throws MalformedException {
        runUntil(CUT, true);
        SignedRequest waits = request();
        queue.add(waits, node.now);
        queue.signed(waits, true);
        for (int end = CUT; end < CUT + 2 * TIMEOUT; end += PACE) {
            if (fetches) {
                node.pace.fetches(node.now);
            }
            Optional<String> left = runUntil(end + PACE, true);
            if (left.isPresent()) {
                assertThat(fetches).isFalse();
                return;
            }
            watch.progress(Batch.of(List.of(waits), new byte[0]));
        }
        assertThat(fetches).isTrue();
        assertThat(runUntil(now + TIMEOUT + STEP, true)).contains("a request waits");
    }

    @Test
    void emptyBatchesAreWorthNothing() throws MalformedException {
        runUntil(CUT, true);
        SignedRequest waits = request();
        queue.add(waits, node.now);
        queue.signed(waits, true);
        Optional<String> left = Optional.empty();
        for (int end = CUT; end < CUT + 2 * TIMEOUT && left.isEmpty(); end += PACE) {
            node.pace.fetches(node.now);
            left = runUntil(end + PACE, true);
            watch.progress(Batch.NULL);
        }
        assertThat(left).contains("a request waits");
    }

    /** Lets time pass, with the others to be heard or not; why the replica leaves, if it does. */
    private Optional<String> runUntil(int end, boolean heard) {
        while (now < end) {
            now += STEP;
            node.now = now * MILLIS;
            if (heard) {
                List.of(0, 2, 3).forEach(watch::heard);
            }
            Optional<String> leaves = watch.tick(false, false, 0);
            if (leaves.isPresent()) {
                return leaves;
            }
        }
        return Optional.empty();
    }

    private static SignedRequest request() throws MalformedException {
        Request request = new Request(1, 1, 1, false, new byte[0], new byte[0]);
        return SignedRequest.read(
                Envelope.complete(Envelope.open(new Cluster(new byte[16], 0), 1000, request), new Envelope.Unsigned()));
    }
}
