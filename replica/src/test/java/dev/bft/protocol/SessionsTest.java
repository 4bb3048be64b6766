package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.auth.ClientPrincipal;
import dev.bft.auth.Revocation;
import dev.bft.state.PagedState;
import dev.bft.wire.Digest;
import dev.bft.wire.Reply;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The session table of section 3.3 and amendments AG8 and AG9. */
class SessionsTest {
    private static final int CAPACITY = 4;
    private static final long NOT_AFTER = 90;
    private static final long MICROS = 1_000_000;
    private static final ClientPrincipal CLIENT = new ClientPrincipal(5, new byte[] {1, 2, 3}, NOT_AFTER);

    private final PagedState state = new PagedState((page, target) -> {}, Sessions.pageCount(CAPACITY), 1);
    private final Sessions sessions = empty();

    private Sessions empty() {
        state.recompute(0);
        return new Sessions(state.protocol(), CAPACITY);
    }

    private Optional<Long> open(int client, int session, long seqno) {
        ClientPrincipal principal = new ClientPrincipal(client, CLIENT.verifyKey(), NOT_AFTER);
        return sessions.open(new SessionId(client, session), new Sessions.Opening(1, principal, seqno, seqno - 2));
    }

    private int slot(int client, int session) {
        return sessions.find(new SessionId(client, session)).orElseThrow();
    }

    private void execute(int client, int session, long seqno) {
        int slot = slot(client, session);
        sessions.executed(
                slot,
                new Execution.Position(seqno, sessions.last(slot) + 1),
                Digest.of(new byte[] {7}),
                new Sessions.Answer(Reply.Outcome.OK, new byte[] {9}));
    }

    @Test
    void basesNeverRepeatEvenAfterAnEviction() {
        long last = 0;
        for (int session = 0; session < 20; session++) {
            long base = open(5, session, 100 + 10L * session).orElseThrow();
            assertThat(base).isGreaterThan(last);
            last = base;
        }
        assertThat(sessions.size()).isEqualTo(CAPACITY);
    }

    @Test
    void theLeastRecentlyExecutedSessionOfTheGreediestClientGoes() {
        open(5, 1, 1);
        open(5, 2, 2);
        open(5, 3, 3);
        open(6, 1, 1);
        execute(5, 1, 10);
        open(7, 1, 100);
        assertThat(sessions.find(new SessionId(5, 2))).isEmpty();
        assertThat(sessions.find(new SessionId(5, 1))).isPresent();
        assertThat(sessions.find(new SessionId(6, 1))).isPresent();
    }

    private Optional<Integer> revoke(int client) {
        return sessions.revoke(new Revocation(new byte[16], client, NOT_AFTER));
    }

    @Test
    void aSessionKeepsWhatItsCredentialSays() {
        open(5, 1, 1);
        execute(5, 1, 2);
        ClientPrincipal client = sessions.client(slot(5, 1));
        assertThat(client.id()).isEqualTo(5);
        assertThat(client.verifyKey()).containsExactly(1, 2, 3);
        assertThat(client.isExpired(NOT_AFTER * MICROS + MICROS - 1)).isFalse();
        assertThat(client.isExpired(NOT_AFTER * MICROS + MICROS)).isTrue();
    }

    @Test
    void aRevocationEndsTheSessionsOfItsClientAndNoneIsEverOpenedBelowThem() {
        open(5, 1, 1);
        long base = open(5, 2, 2).orElseThrow();
        open(6, 1, 3);
        assertThat(revoke(5)).contains(2);
        assertThat(sessions.isRevoked(5)).isTrue();
        assertThat(sessions.isRevoked(6)).isFalse();
        assertThat(sessions.find(new SessionId(5, 1))).isEmpty();
        assertThat(sessions.find(new SessionId(5, 2))).isEmpty();
        assertThat(sessions.find(new SessionId(6, 1))).isPresent();
        assertThat(open(7, 1, 4).orElseThrow()).isGreaterThan(base);
        sessions.rebuild();
        assertThat(sessions.isRevoked(5)).isTrue();
        assertThat(sessions.size()).isEqualTo(2);
        assertThat(revoke(5)).contains(0);
    }

    @Test
    void aFullTableOfRevocationsTakesNoMoreUntilOneHasExpired() {
        for (int client = 1; client <= CAPACITY; client++) {
            assertThat(revoke(client)).isPresent();
        }
        open(9, 1, 1);
        assertThat(revoke(9)).isEmpty();
        assertThat(sessions.isRevoked(9)).isFalse();
        assertThat(sessions.find(new SessionId(9, 1))).isPresent();
        sessions.advanceTime(NOT_AFTER * MICROS + MICROS);
        assertThat(revoke(9)).contains(1);
        assertThat(sessions.isRevoked(9)).isTrue();
        assertThat(sessions.isRevoked(1)).isFalse();
        assertThat(sessions.isRevoked(2)).isTrue();
    }

    @Test
    void anOpeningIsSpentUntilSoManyOthersCameThatItIsForgotten() {
        SessionId first = new SessionId(5, 1);
        assertThat(sessions.isSpent(first, 1)).isFalse();
        int remembered = Openings.PER_SLOT * CAPACITY;
        for (int session = 1; session <= remembered; session++) {
            open(5, session, 10L * session);
        }
        assertThat(sessions.find(first)).isEmpty();
        for (Sessions each : List.of(sessions, new Sessions(state.protocol(), CAPACITY))) {
            assertThat(each.isSpent(first, 0)).isTrue();
            assertThat(each.isSpent(first, 1)).isTrue();
            assertThat(each.isSpent(first, 2)).isFalse();
            assertThat(each.isSpent(new SessionId(6, 1), 1)).isFalse();
        }
        open(6, 1, 1000);
        for (Sessions each : List.of(sessions, new Sessions(state.protocol(), CAPACITY))) {
            assertThat(each.isSpent(first, 1)).isFalse();
            assertThat(each.isSpent(new SessionId(5, 2), 1)).isTrue();
            assertThat(each.isSpent(new SessionId(6, 1), 1)).isTrue();
        }
    }

    @Test
    void aSessionOpenedAnewIsRememberedByItsLastNonce() {
        SessionId session = new SessionId(5, 1);
        for (int nonce = 1; nonce <= Openings.PER_SLOT * CAPACITY + 1; nonce++) {
            sessions.open(session, new Sessions.Opening(nonce, CLIENT, nonce, 0));
        }
        assertThat(sessions.isSpent(session, Openings.PER_SLOT * CAPACITY + 1)).isTrue();
        assertThat(sessions.size()).isEqualTo(1);
    }

    @Test
    void sessionsInUseWithinTheirShareStayAndTheNewcomerIsRefused() {
        for (int client = 5; client < 9; client++) {
            open(client, 1, 99);
        }
        assertThat(open(9, 1, 100)).isEmpty();
        assertThat(sessions.size()).isEqualTo(CAPACITY);
    }

    @Test
    void aLongReplyIsKeptInItsPageAndATooLongOneAsExecutedOnly() {
        open(5, 1, 1);
        byte[] kept = new byte[Sessions.KEPT];
        kept[Sessions.KEPT - 1] = 42;
        Digest request = Digest.of(new byte[] {1});
        sessions.executed(
                slot(5, 1), new Execution.Position(2, 1), request, new Sessions.Answer(Reply.Outcome.OK, kept));
        assertThat(sessions.cached(slot(5, 1)).result()).isEqualTo(kept);
        sessions.executed(
                slot(5, 1),
                new Execution.Position(3, 2),
                request,
                new Sessions.Answer(Reply.Outcome.OK, new byte[Sessions.KEPT + 1]));
        assertThat(sessions.cached(slot(5, 1)).outcome()).isEqualTo(Reply.Outcome.RESULT_DROPPED);
    }

    @Test
    void theIndexRebuiltFromThePagesIsTheSame() {
        open(5, 1, 1);
        open(6, 9, 2);
        execute(6, 9, 3);
        Sessions again = new Sessions(state.protocol(), CAPACITY);
        int slot = again.find(new SessionId(6, 9)).orElseThrow();
        assertThat(again.last(slot)).isEqualTo(1);
        assertThat(again.base(slot)).isEqualTo(sessions.base(slot));
        assertThat(again.client(slot).verifyKey()).containsExactly(1, 2, 3);
        assertThat(again.cached(slot).result()).containsExactly(9);
        assertThat(again.size()).isEqualTo(2);
    }
}
