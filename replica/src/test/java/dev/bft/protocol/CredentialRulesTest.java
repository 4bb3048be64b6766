package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.state.PagedState;
import dev.bft.wire.Batch;
import dev.bft.wire.Envelope;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Reply;
import dev.bft.wire.Reply.Outcome;
import dev.bft.wire.Request;
import dev.bft.wire.SignedRequest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Credentials expire by agreed time; the root revokes clients by an ordered operation (decisions 0.5-11). */
class CredentialRulesTest {
    private static final byte[] ALICE = {1};
    private static final byte[] BOB = {2};
    /** Good until the end of second 50. */
    private static final byte[] SHORT = {3, 50};

    private static final long SECOND = 1_000_000;
    private static final byte[] ADD = {1};
    private static final byte[] GET = {0, 1};

    private final Settings settings = Lone.settings(1, 4, 8);
    private final Node node = new Node(settings, new PlainKeys());
    private final PagedState state =
            new PagedState((page, target) -> {}, Replica.protocolPages(settings.sessions()), 1);
    private final Execution execution = new Execution(node, new Group.Counter(() -> 0), state, seqno -> {});
    private long seqno;

    CredentialRulesTest() {
        state.reformat();
        execution.upcalls().format();
        state.fold(0);
    }

    private static int id(byte[] credential) {
        return 1000 + credential[0];
    }

    private SignedRequest framed(byte[] credential, Request request) {
        byte[] open = Envelope.open(node.cluster, id(credential), request);
        try {
            return SignedRequest.read(Envelope.complete(open, new Envelope.Macs(List.of())));
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    private SignedRequest opening(byte[] credential, long nonce) {
        Request unsigned = new Request(1, 0, nonce, true, credential, new byte[0]);
        byte[] signed = Request.signedBytes(node.cluster, unsigned.digest(id(credential)));
        return framed(credential, new Request(1, 0, nonce, true, credential, PlainKeys.clientSign(credential, signed)));
    }

    private SignedRequest asked(byte[] credential, long base, long number, Request.Kind kind, byte[] operation) {
        return framed(credential, new Request(1, base, number, kind, Request.ALL, operation, new byte[0]));
    }

    private SignedRequest adding(byte[] credential, long base, long number) {
        return asked(credential, base, number, Request.Kind.OPERATION, ADD);
    }

    private SignedRequest revoking(byte[] credential, long base, long number, byte[] revocation) {
        return asked(credential, base, number, Request.Kind.REVOKE, revocation);
    }

    private byte[] revocation(byte[] credential) {
        return PlainKeys.revocation(settings.cluster(), id(credential), 90);
    }

    /** Executes a request in a batch of this second; its reply. */
    private Reply at(long second, SignedRequest request) {
        seqno++;
        List<Execution.Answered> answers =
                execution.execute(seqno, Batch.of(List.of(request), second * SECOND, new byte[0]));
        assertThat(answers).hasSize(1);
        return answers.get(0).reply();
    }

    private long opened(long second, byte[] credential) {
        Reply reply = at(second, opening(credential, seqno + 1));
        return Accepted.base(reply).orElseThrow();
    }

    private List<Fact.Revoked> revocations() {
        return node.out.take().stream()
                .filter(Effect.Report.class::isInstance)
                .map(e -> ((Effect.Report) e).fact())
                .filter(Fact.Revoked.class::isInstance)
                .map(Fact.Revoked.class::cast)
                .toList();
    }

    @Test
    void anOperationIsExecutedUntilTheEndOfTheLastSecondByAgreedTimeAndNeverAfterwards() {
        node.wall = 1_000 * SECOND;
        long base = opened(10, SHORT);
        assertThat(at(50, adding(SHORT, base, 1)).result()).containsExactly(101);
        node.wall = 0;
        Reply late = at(51, adding(SHORT, base, 2));
        assertThat(late.outcome()).isEqualTo(Outcome.CREDENTIAL_EXPIRED);
        // A primary that turns the clock back changes nothing: agreed time only rises.
        assertThat(at(20, adding(SHORT, base, 2)).outcome()).isEqualTo(Outcome.CREDENTIAL_EXPIRED);
        assertThat(at(52, opening(SHORT, 99)).outcome()).isEqualTo(Outcome.CREDENTIAL_EXPIRED);
        long other = opened(60, ALICE);
        assertThat(at(61, adding(ALICE, other, 1)).result()).containsExactly(102);
    }

    @Test
    void whatWasExecutedBeforeItExpiredIsAnsweredAsItWas() {
        long base = opened(10, SHORT);
        SignedRequest adding = adding(SHORT, base, 1);
        assertThat(at(50, adding).result()).containsExactly(101);
        Reply again = at(60, adding);
        assertThat(again.outcome()).isEqualTo(Outcome.OK);
        assertThat(again.result()).containsExactly(101);
    }

    @Test
    void readsAreRefusedByAgreedTimeAndLeftToTheOrderByTheOwn() {
        long base = opened(10, SHORT);
        SignedRequest get = asked(SHORT, base, 5, Request.Kind.READ, GET);
        assertThat(execution.read(get)).map(Reply::outcome).contains(Outcome.OK);
        node.wall = 51 * SECOND;
        assertThat(execution.read(get)).isEmpty();
        at(51, adding(SHORT, base, 1));
        assertThat(execution.read(get)).map(Reply::outcome).contains(Outcome.CREDENTIAL_EXPIRED);
    }

    @Test
    void aRevokedClientHasNoSessionAndOpensNone() {
        long alice = opened(10, ALICE);
        long bob = opened(11, BOB);
        SignedRequest before = adding(BOB, bob, 1);
        at(12, before);
        assertThat(at(13, revoking(ALICE, alice, 1, revocation(BOB))).outcome()).isEqualTo(Outcome.OK);
        assertThat(revocations()).containsExactly(new Fact.Revoked(seqno, id(BOB), 1, id(ALICE)));
        assertThat(at(14, adding(BOB, bob, 2)).outcome()).isEqualTo(Outcome.CREDENTIAL_REVOKED);
        // Not even what it knows: its session is gone with its replies, and nothing runs a second time.
        assertThat(at(15, before).outcome()).isEqualTo(Outcome.CREDENTIAL_REVOKED);
        assertThat(at(16, opening(BOB, 99)).outcome()).isEqualTo(Outcome.CREDENTIAL_REVOKED);
        SignedRequest get = asked(BOB, bob, 5, Request.Kind.READ, GET);
        assertThat(execution.read(get)).map(Reply::outcome).contains(Outcome.CREDENTIAL_REVOKED);
        assertThat(execution.isPast(before)).isTrue();
        assertThat(at(17, adding(ALICE, alice, 2)).result()).containsExactly(102);
    }

    @Test
    void aRevocationIsTakenOnceHoweverOftenItIsBrought() {
        long alice = opened(10, ALICE);
        SignedRequest revoking = revoking(ALICE, alice, 1, revocation(BOB));
        at(11, revoking);
        assertThat(at(12, revoking).outcome()).isEqualTo(Outcome.OK);
        assertThat(at(13, revoking(ALICE, alice, 2, revocation(BOB))).outcome()).isEqualTo(Outcome.OK);
        assertThat(revocations()).hasSize(1);
    }

    @Test
    void whatTheRootOfThisClusterDidNotSignOrWhatIsOverRevokesNobody() {
        long alice = opened(10, ALICE);
        long bob = opened(11, BOB);
        byte[] spoilt = revocation(BOB);
        spoilt[20] ^= 1;
        byte[] elsewhere = settings.cluster().clone();
        elsewhere[0] ^= 1;
        byte[] foreign = PlainKeys.revocation(elsewhere, id(BOB), 90);
        byte[] ofAReplica = PlainKeys.revocation(settings.cluster(), 2, 90);
        long number = 1;
        for (byte[] bad : List.of(spoilt, foreign, ofAReplica, new byte[0], ADD)) {
            assertThat(at(20, revoking(ALICE, alice, number++, bad)).outcome()).isEqualTo(Outcome.FAILED);
        }
        assertThat(at(91, revoking(ALICE, alice, number, revocation(BOB))).outcome())
                .isEqualTo(Outcome.FAILED);
        assertThat(revocations()).isEmpty();
        assertThat(at(92, adding(BOB, bob, 1)).outcome()).isEqualTo(Outcome.OK);
    }

    @Test
    void aClientMayRevokeItself() {
        long alice = opened(10, ALICE);
        SignedRequest revoking = revoking(ALICE, alice, 1, revocation(ALICE));
        assertThat(at(11, revoking).outcome()).isEqualTo(Outcome.OK);
        assertThat(at(12, revoking).outcome()).isEqualTo(Outcome.CREDENTIAL_REVOKED);
        assertThat(execution.sessions().size()).isZero();
    }

    @Test
    void aRevocationAheadIsUndoneWithItsBatch() {
        long alice = opened(10, ALICE);
        long bob = opened(11, BOB);
        SignedRequest revoking = revoking(ALICE, alice, 1, revocation(BOB));
        execution.executeAhead(seqno + 1, Batch.of(List.of(revoking), 12 * SECOND, new byte[0]));
        SignedRequest adding = adding(BOB, bob, 1);
        assertThat(execution.lastAnswer(adding)).map(Reply::tentative).contains(true);
        assertThat(execution.isPast(adding)).isFalse();
        execution.rollBack();
        assertThat(execution.lastAnswer(adding)).isEqualTo(Optional.empty());
        assertThat(at(13, adding).outcome()).isEqualTo(Outcome.OK);
    }

    @Test
    void anOperationIsNoRevocationUnderTheSameDigest() {
        byte[] revocation = revocation(BOB);
        assertThat(revoking(ALICE, 1, 1, revocation).digest())
                .isNotEqualTo(
                        asked(ALICE, 1, 1, Request.Kind.OPERATION, revocation).digest());
        assertThat(asked(ALICE, 1, 1, Request.Kind.READ, GET).digest())
                .isEqualTo(asked(ALICE, 1, 1, Request.Kind.OPERATION, GET).digest());
    }
}
