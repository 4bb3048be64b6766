package dev.bft.protocol;

import static dev.bft.protocol.ScriptedReplicas.CLIENT;
import static dev.bft.protocol.ScriptedReplicas.CREDENTIAL;
import static dev.bft.protocol.ScriptedReplicas.bytes;
import static dev.bft.protocol.ScriptedReplicas.ok;
import static dev.bft.protocol.ScriptedReplicas.opened;
import static dev.bft.protocol.ScriptedReplicas.reply;
import static dev.bft.protocol.ScriptedReplicas.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import dev.bft.wire.Limits;
import dev.bft.wire.Reply;
import dev.bft.wire.Request;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions, requests and their ends (sections 3.1, 3.3, 3.7, amendments AG8, AG9). */
final class ClientInvocationTest {

    @Test
    void theFirstInvocationOpensASessionWithTheCredential() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        all.invoke(1, "op");
        Request open = all.lastRequest();
        assertThat(open.open()).isTrue();
        assertThat(open.base()).isZero();
        assertThat(open.session()).isNotNegative();
        assertThat(open.operation()).isEqualTo(CREDENTIAL);
        assertThat(all.core.status().outstanding()).isEqualTo(1);
    }

    @Test
    void nothingIsOpenedBeforeItIsNeeded() {
        ScriptedReplicas all = ScriptedReplicas.connected(settings(4).withSessions(8));
        all.pass(1_000);
        assertThat(all.takeRequests(0)).isEmpty();
        all.invoke(1, "op");
        assertThat(all.takeRequests(0)).hasSize(1);
    }

    @Test
    void operationsCarryTheBaseTheReplicasAssignedAndCountFromOne() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        all.invoke(1, "first");
        Request open = all.lastRequest();
        all.agree(opened(open, 9_000));
        Request first = all.lastRequest();
        assertThat(first.open()).isFalse();
        assertThat(first.session()).isEqualTo(open.session());
        assertThat(first.base()).isEqualTo(9_000);
        assertThat(first.number()).isEqualTo(1);
        assertThat(first.operation()).isEqualTo(bytes("first"));
        all.agree(ok(first, "one"));
        all.invoke(2, "second");
        assertThat(all.lastRequest().number()).isEqualTo(2);
    }

    @Test
    void everyRequestIsMaccedForEveryReplicaWithAKeyAndSignedIfItOpensOrIsAskedForAgain() {
        ScriptedReplicas all = new ScriptedReplicas(4, settings(4));
        List<Integer> known = List.of(0, 1, 3);
        known.forEach(all::connect);
        all.invoke(1, "op");
        Request open = assertMaccedFor(all, known);
        assertSigned(all, open);
        known.forEach(i -> all.say(i, opened(open, 1)));
        Request first = assertMaccedFor(all, known);
        assertThat(first.signature()).isEmpty();
        all.pass(150);
        Request again = assertMaccedFor(all, known);
        assertThat(again.digest(CLIENT)).isEqualTo(first.digest(CLIENT));
        assertSigned(all, again);
    }

    private static Request assertMaccedFor(ScriptedReplicas all, List<Integer> receivers) {
        Envelope envelope = all.take(0).get(0);
        Envelope.Macs macs = (Envelope.Macs) envelope.auth();
        assertThat(macs.macs()).extracting(Envelope.Mac::receiver).containsExactlyElementsOf(receivers);
        for (Envelope.Mac mac : macs.macs()) {
            assertThat(all.key(mac.receiver()).verifies(envelope.digest(), mac.tag()))
                    .isTrue();
        }
        return (Request) envelope.message();
    }

    private static void assertSigned(ScriptedReplicas all, Request request) {
        byte[] signed = Request.signedBytes(all.cluster, request.digest(CLIENT));
        assertThat(request.signature()).isEqualTo(new ScriptedReplicas.PlainSecrets().sign(signed));
    }

    @Test
    void aResultNeedsTwoFPlusOneEqualReplies() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        Request request = all.invoked(1, "op");
        all.say(3, ok(request, "done"));
        all.say(0, ok(request, "done"));
        assertThat(all.completed).isEmpty();
        all.say(1, ok(request, "done"));
        assertThat(all.result(1)).isEqualTo("done");
    }

    @Test
    void sevenReplicasNeedFiveEqualReplies() {
        ScriptedReplicas all = ScriptedReplicas.connected(settings(7));
        Request request = all.invoked(1, "op");
        for (int i : List.of(6, 1, 3, 0)) {
            all.say(i, ok(request, "done"));
        }
        assertThat(all.completed).isEmpty();
        all.say(4, ok(request, "done"));
        assertThat(all.result(1)).isEqualTo("done");
    }

    @Test
    void everyInvocationIsCompletedOnce() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        Request request = all.invoked(1, "op");
        for (int i = 0; i < 4; i++) {
            all.say(i, ok(request, "done"));
        }
        assertThat(all.completed).hasSize(1);
        assertThat(all.drops("late")).isEqualTo(1);
    }

    @Test
    void aRefusalOfTheServiceIsAFailureWithItsText() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        all.agree(reply(all.invoked(1, "op"), Reply.Outcome.FAILED, bytes("no such key")));
        assertThat(all.outcome(1)).isEqualTo(new Outcome.Failed(Outcome.Reason.OPERATION_FAILED, "no such key"));
        all.invoke(2, "next");
        assertThat(all.lastRequest().number()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(names = {"SESSION_GONE", "TIMESTAMP_REUSED"})
    void anEndedSessionLeavesTheOutcomeUnknownAndIsNeverRetriedByItself(Reply.Outcome outcome) {
        ScriptedReplicas all = ScriptedReplicas.connected();
        Request request = all.invoked(1, "op");
        all.agree(reply(request, outcome, new byte[0]));
        assertThat(all.reason(1)).isEqualTo(Outcome.Reason.SESSION_GONE);
        assertThat(((Outcome.Failed) all.outcome(1)).text()).startsWith("outcome unknown");
        all.pass(5_000);
        assertThat(all.takeRequests(0)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"SESSION_GONE", "TIMESTAMP_REUSED"})
    void anEndedSessionIsOpenedAnewForTheNextInvocation(Reply.Outcome outcome) {
        ScriptedReplicas all = ScriptedReplicas.connected();
        Request request = all.invoked(1, "op");
        all.agree(reply(request, outcome, new byte[0]));
        all.invoke(2, "next");
        Request open = all.lastRequest();
        assertThat(open.open()).isTrue();
        assertThat(open.session()).isNotEqualTo(request.session());
        all.agree(opened(open, 700));
        Request next = all.lastRequest();
        assertThat(next.base()).isEqualTo(700);
        assertThat(next.number()).isEqualTo(1);
        assertThat(next.operation()).isEqualTo(bytes("next"));
    }

    @Test
    void aFullTableFailsTheInvocationThatNeededTheSession() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        all.invoke(1, "op");
        all.agree(reply(all.lastRequest(), Reply.Outcome.TABLE_FULL, new byte[0]));
        assertThat(all.reason(1)).isEqualTo(Outcome.Reason.TABLE_FULL);
        all.invoke(2, "next");
        assertThat(all.lastRequest().open()).isTrue();
    }

    @Test
    void anOpeningThatIsGoneAgainBeforeItsAnswerIsReplacedByAnother() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        all.invoke(1, "op");
        Request gone = all.lastRequest();
        all.agree(reply(gone, Reply.Outcome.SESSION_GONE, new byte[0]));
        Request another = all.lastRequest();
        assertThat(another.open()).isTrue();
        assertThat(another.session()).isNotEqualTo(gone.session());
        all.agree(opened(another, 9));
        assertThat(all.lastRequest().operation()).isEqualTo(bytes("op"));
        assertThat(all.completed).isEmpty();
    }

    @Test
    void aDroppedResultSaysThatTheOperationWasExecuted() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        all.agree(reply(all.invoked(1, "op"), Reply.Outcome.RESULT_DROPPED, new byte[0]));
        assertThat(all.reason(1)).isEqualTo(Outcome.Reason.RESULT_DROPPED);
        assertThat(((Outcome.Failed) all.outcome(1)).text()).startsWith("executed");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 9})
    void anOpeningWithoutABaseFailsTheInvocation(int length) {
        ScriptedReplicas all = ScriptedReplicas.connected();
        all.invoke(1, "op");
        all.agree(reply(all.lastRequest(), Reply.Outcome.OK, new byte[length]));
        assertThat(all.reason(1)).isEqualTo(Outcome.Reason.OPERATION_FAILED);
    }

    @Test
    void anOpeningWithANegativeBaseFailsTheInvocation() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        all.invoke(1, "op");
        all.agree(opened(all.lastRequest(), -1));
        assertThat(all.reason(1)).isEqualTo(Outcome.Reason.OPERATION_FAILED);
    }

    @Test
    void asManyOperationsAreUnderWayAsThereAreSessions() {
        ScriptedReplicas all = ScriptedReplicas.connected(settings(4).withSessions(3));
        for (int token = 0; token < 5; token++) {
            all.invoke(token, "op " + token);
        }
        List<Request> opens = all.takeRequests(0);
        assertThat(opens).hasSize(3);
        assertThat(opens.stream().map(Request::session).distinct()).hasSize(3);
        assertThat(opens.stream().map(Request::number).distinct()).hasSize(3);
        assertThat(all.core.status().waiting()).isEqualTo(2);
        all.agree(opened(opens.get(1), 10));
        Request first = all.lastRequest();
        assertThat(first.operation()).isEqualTo(bytes("op 1"));
        all.agree(ok(first, "done"));
        Request waited = all.lastRequest();
        assertThat(waited.operation()).isEqualTo(bytes("op 3"));
        assertThat(waited.session()).isEqualTo(first.session());
        assertThat(waited.number()).isEqualTo(2);
    }

    @Test
    void anOpenSessionIsUsedBeforeAnotherIsOpened() {
        ScriptedReplicas all = ScriptedReplicas.connected(settings(4).withSessions(3));
        all.agree(ok(all.invoked(1, "op"), "done"));
        all.invoke(2, "op");
        assertThat(all.lastRequest().open()).isFalse();
    }

    @Test
    void aClientThatIsServedNoMoreIsToldWhyAndTriesNoOtherSession() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        Request request = all.invoked(1, "op");
        all.agree(refused(request, Reply.Outcome.CREDENTIAL_EXPIRED));
        assertThat(all.reason(1)).isEqualTo(Outcome.Reason.CREDENTIAL_EXPIRED);
        all.invoke(2, "op");
        Request opening = all.lastRequest();
        assertThat(opening.open()).isTrue();
        all.agree(refused(opening, Reply.Outcome.CREDENTIAL_REVOKED));
        assertThat(all.reason(2)).isEqualTo(Outcome.Reason.CREDENTIAL_REVOKED);
    }

    private static Reply refused(Request request, Reply.Outcome outcome) {
        return new Reply(
                0, request.session(), request.base(), request.number(), request.digest(CLIENT), outcome, new byte[0]);
    }

    @Test
    void aFullQueueRefusesAtOnce() {
        ScriptedReplicas all = ScriptedReplicas.connected(settings(4).withQueue(2));
        for (int token = 0; token < 4; token++) {
            all.invoke(token, "op");
        }
        assertThat(all.completed).hasSize(1);
        assertThat(all.reason(3)).isEqualTo(Outcome.Reason.BUSY);
        assertThat(all.core.status().waiting()).isEqualTo(2);
    }

    @Test
    void anOperationBeyondTheLimitIsRefusedAtOnceAndOneAtTheLimitIsNot() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        all.step(new ClientEvent.Invoke(1, new byte[Limits.OPERATION + 1]));
        assertThat(all.reason(1)).isEqualTo(Outcome.Reason.TOO_LONG);
        all.step(new ClientEvent.Invoke(2, new byte[Limits.OPERATION]));
        Request longest = all.openSession(1);
        assertThat(longest.operation()).hasSize(Limits.OPERATION);
    }

    @Test
    void afterCloseNothingIsSentAndInvocationsAreRefused() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        Request request = all.invoked(1, "op");
        all.step(new ClientEvent.Close());
        all.agree(ok(request, "late"));
        all.pass(2_000);
        all.step(new ClientEvent.Connected(0));
        all.invoke(2, "op");
        assertThat(all.take(0)).isEmpty();
        assertThat(all.completed).hasSize(1);
        assertThat(all.reason(2)).isEqualTo(Outcome.Reason.CLOSED);
        assertThat(all.core.status().reached()).isEmpty();
    }

    @Test
    void theSameEventsGiveTheSameEffects() {
        assertThat(transcript()).isEqualTo(transcript());
    }

    private static List<Digest> transcript() {
        ScriptedReplicas all = new ScriptedReplicas(4, settings(4).withSessions(2));
        List<Digest> frames = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.connect(i);
        }
        all.invoke(1, "a");
        all.invoke(2, "b");
        for (int round = 0; round < 200; round++) {
            all.pass(20);
            for (int i = 0; i < 4; i++) {
                for (byte[] frame : all.takeFrames(i)) {
                    frames.add(Digest.of(frame));
                    if (ScriptedReplicas.read(frame).message() instanceof Request request && round % 3 == i) {
                        all.say(i, request.open() ? opened(request, 5) : ok(request, "r"));
                    }
                }
            }
        }
        assertThat(frames).hasSizeGreaterThan(20);
        return frames;
    }
}
