package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.wire.Cluster;
import dev.bft.wire.Envelope;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Request;
import dev.bft.wire.SignedRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What waits for the primary, and for how long (section 3.4). */
class RequestQueueTest {
    private static final long SECOND = 1_000_000_000L;

    private final RequestQueue queue = new RequestQueue(2, new Quarantine());
    private final SignedRequest first = request(1);
    private final SignedRequest second = request(2);

    private static SignedRequest request(int session) {
        return request(1000, session, new byte[0]);
    }

    private static SignedRequest request(int client, int session, byte[] signature) {
        return request(client, session, 1, signature);
    }

    private static SignedRequest request(int client, int session, long number, byte[] signature) {
        return read(client, new Request(session, 1, number, false, new byte[0], signature));
    }

    private static SignedRequest opening(int client, int session) {
        return read(client, new Request(session, 0, 1, true, new byte[0], new byte[0]));
    }

    private static SignedRequest read(int client, Request request) {
        try {
            return SignedRequest.read(Envelope.complete(
                    Envelope.open(new Cluster(new byte[16], 0), client, request), new Envelope.Unsigned()));
        } catch (MalformedException e) {
            throw new AssertionError("a request that was just written", e);
        }
    }

    @Test
    void whatNobodyAsksForAnyMoreMakesRoom() {
        queue.add(first, 0);
        queue.add(second, 0);
        assertThat(queue.add(request(3), SECOND)).isFalse();
        queue.add(second, 8 * SECOND);
        queue.tick(11 * SECOND);
        assertThat(queue.holds(SessionId.of(first), first.digest())).isFalse();
        assertThat(queue.holds(SessionId.of(second), second.digest())).isTrue();
        assertThat(queue.add(request(3), 11 * SECOND)).isTrue();
    }

    /** A client that asks for the next before it has the answer does not make the primary look slow. */
    @Test
    void aRequestIsServedThoughItsClientAskedForTheNext() {
        SignedRequest one = request(1000, 7, 1, new byte[0]);
        SignedRequest two = request(1000, 7, 2, new byte[0]);
        queue.add(one, 0);
        queue.signed(one, true);
        long before = queue.headsServed();
        queue.add(two, 0);
        queue.signed(two, true);
        queue.executed(one);
        assertThat(queue.headsServed()).isEqualTo(before + 1);
        assertThat(queue.holds(SessionId.of(two), two.digest())).isTrue();
    }

    /** The signature is no part of the digest. */
    @Test
    void aCopyWithABadSignatureDoesNotTakeThePlaceOfTheProvedOne() {
        SignedRequest good = request(1000, 7, new byte[] {1});
        SignedRequest bad = request(1000, 7, new byte[] {2});
        assertThat(bad.digest()).isEqualTo(good.digest());
        queue.add(good, 0);
        queue.signed(good, false);
        assertThat(queue.oldestSigned()).isNegative();
        queue.signed(bad, true);
        assertThat(queue.findSigned(SessionId.of(good), good.digest())).contains(good);
        assertThat(queue.oldestSigned()).isNotNegative();
    }

    private static void fill(RequestQueue into, int client, int requests) {
        for (int session = 0; session < requests; session++) {
            into.add(request(client, session, new byte[0]), 0);
        }
    }

    private static long of(int client, List<SignedRequest> batch) {
        return batch.stream().filter(r -> r.client() == client).count();
    }

    /** Eight clients with one request each, and before them one with dozens: it has three of the first batch. */
    @Test
    void whoAsksForMuchHasALittleMoreThanOthersAndNotAll() {
        RequestQueue crowd = new RequestQueue(100, new Quarantine());
        fill(crowd, 1000, 64);
        for (int client = 1001; client < 1009; client++) {
            fill(crowd, client, 1);
        }
        List<SignedRequest> batch = crowd.take(100, 1 << 20, 0);
        assertThat(batch).hasSize(11);
        assertThat(of(1000, batch)).isEqualTo(3);
        assertThat(crowd.waiting()).isEqualTo(61);
        for (int i = 0; i < 3; i++) {
            assertThat(crowd.take(100, 1 << 20, 0)).as("it has its share").isEmpty();
        }
        batch.forEach(crowd::executed);
        batch = crowd.take(100, 1 << 20, 0);
        assertThat(batch).as("the others may be back at once").hasSize(3);
        batch.forEach(crowd::executed);
        batch = crowd.take(100, 1 << 20, 0);
        assertThat(batch).as("they had something of the last batch but one").hasSize(3);
        batch.forEach(crowd::executed);
        assertThat(crowd.take(100, 1 << 20, 0)).as("alone it has all").hasSize(55);
    }

    @Test
    void amongItsLikeNobodyIsHeldBackMuch() {
        RequestQueue crowd = new RequestQueue(100, new Quarantine());
        fill(crowd, 1000, 40);
        fill(crowd, 1001, 40);
        List<SignedRequest> batch = crowd.take(100, 1 << 20, 0);
        assertThat(of(1000, batch)).isEqualTo(10);
        assertThat(of(1001, batch)).isEqualTo(10);
    }

    /** Each has one before anybody has two: a batch may be full before. */
    @Test
    void theyTakeTurns() {
        RequestQueue crowd = new RequestQueue(100, new Quarantine());
        fill(crowd, 1000, 5);
        fill(crowd, 1001, 1);
        fill(crowd, 1002, 1);
        List<SignedRequest> batch = crowd.take(100, 1 << 20, 0);
        assertThat(batch.stream().map(SignedRequest::client)).containsExactly(1000, 1001, 1002, 1000, 1000);
    }

    @Test
    void anOpeningCountsForFour() {
        RequestQueue crowd = new RequestQueue(100, new Quarantine());
        for (int session = 0; session < 5; session++) {
            crowd.add(opening(1000, session), 0);
        }
        fill(crowd, 1001, 1);
        List<SignedRequest> batch = crowd.take(100, 1 << 20, 0);
        assertThat(of(1000, batch)).isEqualTo(1);
        assertThat(batch).hasSize(2);
    }

    @Test
    void whatIsInABatchStays() {
        queue.add(first, 0);
        assertThat(queue.take(1, 1000, 0)).containsExactly(first);
        queue.tick(20 * SECOND);
        assertThat(queue.holds(SessionId.of(first), first.digest())).isTrue();
    }

    @Test
    void whatIsForgottenBlamesNobody() {
        queue.add(first, 0);
        queue.signed(first, true);
        assertThat(queue.oldestSigned()).isNotNegative();
        queue.tick(20 * SECOND);
        assertThat(queue.oldestSigned()).isNegative();
        assertThat(queue.size()).isZero();
    }

    @Test
    void whoFillsTheQueueMakesRoomForOthers() {
        queue.add(first, 0);
        queue.signed(first, true);
        queue.add(second, 0);
        SignedRequest other = request(1001, 1, new byte[0]);
        assertThat(queue.add(other, 0)).isTrue();
        assertThat(queue.holds(SessionId.of(second), second.digest())).isFalse();
        assertThat(queue.holds(SessionId.of(first), first.digest())).isTrue();
        assertThat(queue.add(request(1001, 2, new byte[0]), 0)).isFalse();
        assertThat(queue.size()).isEqualTo(2);
    }

    @Test
    void theSignedCopyIsPassedOnAtOnce() {
        queue.add(first, 0);
        assertThat(queue.takeRelay(first, 0, SECOND)).isTrue();
        SignedRequest signed = request(1000, 1, new byte[64]);
        assertThat(signed.digest()).isEqualTo(first.digest());
        queue.signed(signed, true);
        assertThat(queue.takeRelay(first, 1, SECOND)).isTrue();
        assertThat(queue.waiting(1000)).containsExactly(signed);
    }

    @Test
    void aHeadThatItsClientReplacedIsNoProgress() {
        queue.add(first, 0);
        queue.signed(first, true);
        long served = queue.headsServed();
        queue.tick(20 * SECOND);
        assertThat(queue.headsServed()).isEqualTo(served);
        queue.add(second, 20 * SECOND);
        queue.signed(second, true);
        queue.executed(second);
        assertThat(queue.headsServed()).isEqualTo(served + 1);
    }
}
