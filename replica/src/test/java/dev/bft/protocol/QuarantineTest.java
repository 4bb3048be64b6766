package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.wire.Envelope;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Request;
import dev.bft.wire.SignedRequest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who must sign, and for how long (amendment AG7). */
final class QuarantineTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int CLIENT = 1007;

    private final Node node = new Node(Lone.settings(1, 4, 8), new PlainKeys());
    private final Quarantine quarantine = new Quarantine();
    private final RequestQueue queue = new RequestQueue(100, quarantine);

    private SignedRequest request(int client, int session, int number) {
        Request request = new Request(session, 1, number, false, new byte[] {1}, new byte[0]);
        byte[] open = Envelope.open(node.cluster, client, request);
        try {
            return SignedRequest.read(Envelope.complete(open, new Envelope.Macs(List.of())));
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    private void enter(int client) {
        quarantine.enter(request(client, 1, 1), node);
    }

    private boolean isIn(long second) {
        node.now = second * SECOND;
        return quarantine.holds(CLIENT, node.now);
    }

    @Test
    void aClientIsInForAMinute() {
        enter(CLIENT);
        assertThat(isIn(59)).isTrue();
        assertThat(isIn(60)).isFalse();
        assertThat(quarantine.holds(CLIENT + 1, 0)).isFalse();
    }

    @Test
    void whoComesBackSoonStaysTwiceAsLongAtMostAnHour() {
        long begins = 0;
        long length = 60;
        for (int i = 0; i < 9; i++) {
            node.now = begins * SECOND;
            enter(CLIENT);
            assertThat(isIn(begins + length - 1)).isTrue();
            assertThat(isIn(begins + length)).isFalse();
            begins += length;
            length = Math.min(2 * length, 3600);
        }
        begins += 2L * 3600;
        node.now = begins * SECOND;
        enter(CLIENT);
        assertThat(isIn(begins + 60)).isFalse();
    }

    @Test
    void oneWhoIsInDoesNotComeInAgain() {
        enter(CLIENT);
        enter(CLIENT);
        assertThat(node.out.take()).hasSize(1);
        assertThat(isIn(60)).isFalse();
    }

    @Test
    void aHundredSignedRequestsThatWereExecutedSetFree() {
        enter(CLIENT);
        serveAHundred();
    }

    /** They are made in less than a second, and each end of a term costs a view. */
    @Test
    void whoComesBackIsNotSetFreeByThem() {
        enter(CLIENT);
        serveAHundred();
        enter(CLIENT);
        for (int number = 102; number < 400; number++) {
            serve(request(CLIENT, 1, number), true);
        }
        assertThat(isIn(119)).isTrue();
        assertThat(isIn(120)).isFalse();
    }

    private void serveAHundred() {
        for (int number = 1; number < 100; number++) {
            serve(request(CLIENT, 1, number), true);
        }
        serve(request(CLIENT, 1, 100), false);
        assertThat(quarantine.holds(CLIENT, node.now)).isTrue();
        serve(request(CLIENT, 1, 101), true);
        assertThat(quarantine.holds(CLIENT, node.now)).isFalse();
    }

    private void serve(SignedRequest request, boolean signed) {
        queue.add(request, node.now);
        if (signed) {
            queue.signed(request, true);
        }
        queue.executed(request);
    }

    @Test
    void aSignedRequestStandsInABatchOfItsOwnAfterTheOthers() {
        SignedRequest before = request(1001, 1, 1);
        SignedRequest suspect = request(CLIENT, 1, 1);
        SignedRequest after = request(1002, 1, 1);
        List.of(before, suspect, after).forEach(r -> queue.add(r, 0));
        queue.signed(suspect, true);
        enter(CLIENT);
        assertThat(queue.take(10, 1000, 0)).containsExactly(before, after);
        assertThat(queue.take(10, 1000, 0)).containsExactly(suspect);
    }

    @Test
    void whatIsNotSignedIsNotProposedAndHoldsNobodyUp() {
        SignedRequest suspect = request(CLIENT, 1, 1);
        SignedRequest other = request(1002, 1, 1);
        queue.add(suspect, 0);
        queue.add(other, 0);
        enter(CLIENT);
        assertThat(queue.take(10, 1000, 0)).containsExactly(other);
        assertThat(queue.holds(SessionId.of(suspect), suspect.digest())).isFalse();
    }

    /** The others first, but not for ever. */
    @Test
    void oneThatStandsAloneLetsEightBatchesPass() {
        SignedRequest suspect = request(CLIENT, 1, 1);
        queue.add(suspect, 0);
        queue.signed(suspect, true);
        enter(CLIENT);
        int passed = 0;
        for (int i = 0;
                i < 20 && queue.find(SessionId.of(suspect), suspect.digest()).isPresent();
                i++) {
            SignedRequest other = request(2000 + i, 1, 1);
            queue.add(other, 0);
            List<SignedRequest> taken = queue.take(10, 1000, 0);
            assertThat(taken).hasSize(1);
            if (taken.get(0).equals(suspect)) {
                break;
            }
            passed++;
        }
        assertThat(passed).isEqualTo(8);
    }

    @Test
    void ofOneInQuarantineFewRequestsWait() {
        enter(CLIENT);
        for (int session = 0; session < 16; session++) {
            assertThat(queue.add(request(CLIENT, session, 1), 0)).isTrue();
        }
        assertThat(queue.add(request(CLIENT, 16, 1), 0)).isFalse();
        assertThat(queue.add(request(1001, 1, 1), 0)).isTrue();
    }

    private void name(int client, int primary) {
        quarantine.named(request(client, 1, 1), Optional.of(primary), node);
    }

    @Test
    void whoIsNamedUnderOnePrimaryIsDoubtedTenSecondsAndTwiceAsLongAgain() {
        name(CLIENT, 0);
        assertThat(quarantine.mustSign(CLIENT, 10 * SECOND - 1)).isTrue();
        assertThat(quarantine.mustSign(CLIENT, 10 * SECOND)).isFalse();
        node.now = 10 * SECOND;
        name(CLIENT, 0);
        assertThat(quarantine.mustSign(CLIENT, 30 * SECOND - 1)).isTrue();
        assertThat(quarantine.mustSign(CLIENT, 30 * SECOND)).isFalse();
        assertThat(quarantine.holds(CLIENT, 10 * SECOND)).isFalse();
    }

    @Test
    void whoIsNamedUnderTwoPrimariesOfFourIsIn() {
        name(CLIENT, 0);
        node.now = 300 * SECOND;
        name(CLIENT, 1);
        assertThat(quarantine.holds(CLIENT, node.now)).isTrue();
    }

    @Test
    void underWhomOneWasNamedIsForgottenAfterTenMinutes() {
        name(CLIENT, 0);
        node.now = 599 * SECOND;
        // What a single replica says keeps nothing in mind.
        quarantine.doubt(CLIENT, node.now, SECOND);
        node.now = 600 * SECOND;
        name(CLIENT, 1);
        assertThat(quarantine.holds(CLIENT, node.now)).isFalse();
        assertThat(quarantine.mustSign(CLIENT, 610 * SECOND - 1)).isTrue();
        assertThat(quarantine.mustSign(CLIENT, 610 * SECOND)).isFalse();
    }

    @Test
    void theNewestDoubtsAreRemembered() {
        for (int client = 2000; client < 5000; client++) {
            node.now++;
            name(client, 0);
        }
        long doubted = 0;
        for (int client = 2000; client < 5000; client++) {
            doubted += quarantine.mustSign(client, node.now) ? 1 : 0;
        }
        assertThat(doubted).isEqualTo(1024);
        assertThat(quarantine.mustSign(4999, node.now)).isTrue();
    }

    @Test
    void aDoubtPasses() {
        quarantine.doubt(CLIENT, 0, SECOND);
        assertThat(quarantine.mustSign(CLIENT, 0)).isTrue();
        assertThat(quarantine.holds(CLIENT, 0)).isFalse();
        assertThat(quarantine.mustSign(CLIENT, SECOND)).isFalse();
    }

    @Test
    void soManyClientsAreRememberedAndNoMore() {
        for (int client = 2000; client < 5000; client++) {
            enter(client);
            node.now++;
        }
        long in = 0;
        for (int client = 2000; client < 5000; client++) {
            in += quarantine.holds(client, node.now) ? 1 : 0;
        }
        assertThat(in).isEqualTo(1024);
        assertThat(quarantine.holds(4999, node.now)).isTrue();
    }
}
