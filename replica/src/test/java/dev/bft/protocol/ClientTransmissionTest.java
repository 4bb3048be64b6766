package dev.bft.protocol;

import static dev.bft.protocol.ScriptedReplicas.MILLIS;
import static dev.bft.protocol.ScriptedReplicas.inView;
import static dev.bft.protocol.ScriptedReplicas.nonce;
import static dev.bft.protocol.ScriptedReplicas.ok;
import static dev.bft.protocol.ScriptedReplicas.opened;
import static dev.bft.protocol.ScriptedReplicas.settings;
import static java.util.stream.IntStream.range;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.wire.Envelope;
import dev.bft.wire.Limits;
import dev.bft.wire.Reply;
import dev.bft.wire.Request;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** To whom a client sends, and when again (section 3.7). */
final class ClientTransmissionTest {

    @Test
    void aRequestGoesFirstToThePrimaryAlone() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        all.invoke(1, "op");
        all.pass(100);
        assertThat(all.takeRequests(0)).hasSize(1);
        for (int i = 1; i < 4; i++) {
            assertThat(all.takeRequests(i)).isEmpty();
        }
    }

    @Test
    void whatIsNotAnsweredGoesToAll() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        all.invoke(1, "op");
        all.pass(150);
        assertThat(all.takeRequests(0)).hasSize(2);
        for (int i = 1; i < 4; i++) {
            assertThat(all.takeRequests(i)).hasSize(1);
        }
        assertThat(all.core.status().retransmissions()).isEqualTo(1);
    }

    @Test
    void whatAPrimaryHadAloneGoesToAllOnceItsConnectionBreaks() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        all.invoke(1, "op");
        Request sent = all.lastRequest();
        all.step(new ClientEvent.Lost(0));
        for (int i = 1; i < 4; i++) {
            assertThat(all.takeRequests(i).stream().map(r -> r.digest(ScriptedReplicas.CLIENT)))
                    .containsExactly(sent.digest(ScriptedReplicas.CLIENT));
        }
        assertThat(all.takeRequests(0)).isEmpty();
    }

    @Test
    void whatIsInvokedWhileThePrimaryIsAwayGoesToAllAtOnce() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        all.step(new ClientEvent.Lost(0));
        all.invoke(1, "op");
        assertThat(all.takeRequests(1)).hasSize(1);
        assertThat(all.takeRequests(3)).hasSize(1);
        all.pass(60);
        all.connect(0);
        assertThat(all.takeRequests(0)).hasSize(1);
    }

    @Test
    void aBackupThatIsLostIsNoReasonToSendAgain() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        all.invoke(1, "op");
        all.takeFrames(0);
        all.step(new ClientEvent.Lost(2));
        for (int i = 0; i < 4; i++) {
            assertThat(all.takeRequests(i)).isEmpty();
        }
    }

    @Test
    void aRetransmissionIsTheSameRequest() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        all.invoke(1, "op");
        all.pass(2_000);
        List<Request> requests = all.takeRequests(0);
        assertThat(requests).hasSizeGreaterThan(3);
        assertThat(requests.stream().map(r -> r.digest(ScriptedReplicas.CLIENT)).distinct())
                .hasSize(1);
    }

    @Test
    void gapsDoubleUpToTheCapLessUpToAQuarter() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        all.invoke(1, "op");
        all.takeFrames(0);
        List<Long> gaps = gapsOfRetransmissions(all, 8);
        List<Long> longest = List.of(150L, 300L, 600L, 1000L, 1000L, 1000L, 1000L, 1000L);
        for (int i = 0; i < longest.size(); i++) {
            assertThat(gaps.get(i)).isBetween(longest.get(i) * 3 / 4, longest.get(i));
        }
        assertThat(gaps.subList(3, 8).stream().distinct()).hasSizeGreaterThan(1);
    }

    private static List<Long> gapsOfRetransmissions(ScriptedReplicas all, int count) {
        List<Long> gaps = new ArrayList<>();
        long since = 0;
        for (int millis = 0; millis < 20_000 && gaps.size() < count; millis++) {
            all.pass(1);
            since++;
            if (!all.takeRequests(1).isEmpty()) {
                gaps.add(since);
                since = 0;
            }
        }
        return gaps;
    }

    @Test
    void everyRequestBeginsWithTheShortGapAgain() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        all.invoke(1, "op");
        all.pass(3_000);
        all.openSession(1);
        all.takeFrames(1);
        all.pass(150);
        assertThat(all.takeRequests(1)).hasSize(1);
    }

    @Test
    void aBigRequestGoesToAllAtOnceAndToWhoeverComesLater() {
        ScriptedReplicas all = new ScriptedReplicas(4, settings(4));
        for (int i = 0; i < 3; i++) {
            all.connect(i);
        }
        all.invoke(1, "x".repeat(Limits.INLINE + 1));
        all.openSession(1);
        assertThat(all.takeRequests(1)).hasSize(1);
        assertThat(all.takeRequests(2)).hasSize(1);
        all.connect(3);
        assertThat(all.takeRequests(3)).hasSize(1);
    }

    @Test
    void answeredRequestsAreNotSentAgain() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        all.agree(ok(all.invoked(1, "op"), "done"));
        range(0, 4).forEach(all::takeFrames);
        all.pass(5_000);
        range(0, 4).forEach(i -> assertThat(all.takeRequests(i)).isEmpty());
    }

    /** 11-A3: one of many requests goes to another replica as well, marked, and to each of them in the end. */
    @Test
    void nowAndThenARequestHasAWitness() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        int[] shown = new int[4];
        for (int i = 0; i < 60; i++) {
            Request asked = all.invoked(i + 1, "op" + i);
            for (int replica = 1; replica < 4; replica++) {
                for (Request copy : all.takeRequests(replica)) {
                    assertThat(copy.replier()).isEqualTo(Request.WITNESS);
                    assertThat(copy.digest(1000)).isEqualTo(asked.digest(1000));
                    shown[replica]++;
                }
            }
            all.agree(ok(asked, "done"));
            all.pass(10);
        }
        assertThat(shown[1] + shown[2] + shown[3]).isBetween(8, 20);
        range(1, 4).forEach(i -> assertThat(shown[i]).isPositive());
    }

    @Test
    void aStoppedClockOrOneThatJumpsBackSendsNothingAgain() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        all.invoke(1, "op");
        all.takeFrames(0);
        all.step(new ClientEvent.Tick(-5_000_000_000L));
        all.step(new ClientEvent.Tick(-5_000_000_000L));
        all.step(new ClientEvent.Tick(-4_900_000_000L));
        assertThat(all.take(0)).isEmpty();
    }

    @Test
    void theFirstTickMeansNoTimeHasPassed() {
        ClientCore core = new ClientCore(settings(4), new ScriptedReplicas.PlainSecrets());
        core.step(new ClientEvent.Started(new byte[32], 1));
        assertThat(core.step(new ClientEvent.Connected(0))).hasSize(1);
        assertThat(core.step(new ClientEvent.Tick(9_000_000_000_000L))).isEmpty();
        assertThat(core.step(new ClientEvent.Tick(9_000_150_000_000L))).hasSize(1);
    }

    @Test
    void withoutAKeyForThePrimaryTheRequestWaitsForItsAcknowledgement() {
        ScriptedReplicas all = new ScriptedReplicas(4, settings(4));
        all.invoke(1, "op");
        all.connect(1);
        assertThat(all.takeRequests(1)).isEmpty();
        all.connect(0);
        assertThat(all.takeRequests(0)).hasSize(1);
    }

    @Test
    void aReplicaThatComesLaterGetsWhatWasMulticastBefore() {
        ScriptedReplicas all = new ScriptedReplicas(4, settings(4));
        for (int i = 0; i < 3; i++) {
            all.connect(i);
        }
        all.invoke(1, "op");
        all.pass(150);
        all.connect(3);
        assertThat(all.takeRequests(3)).hasSize(1);
    }

    @Test
    void nothingGoesToAReplicaWithoutAKey() {
        ScriptedReplicas all = new ScriptedReplicas(4, settings(4));
        for (int i = 0; i < 3; i++) {
            all.connect(i);
        }
        all.step(new ClientEvent.Connected(3));
        all.invoke(1, "op");
        all.pass(3_000);
        assertThat(all.takeRequests(3)).isEmpty();
    }

    @Test
    void aRetransmissionIsMaccedWithTheKeysNowInForce() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        all.invoke(1, "op");
        all.pass(60);
        all.connect(2);
        all.pass(150);
        List<Envelope> frames = all.take(0);
        Envelope.Macs macs = (Envelope.Macs) frames.get(frames.size() - 1).auth();
        assertThat(macs.of(2).key()).isEqualTo(all.key(2).id());
        assertThat(all.key(2)
                        .verifies(
                                frames.get(frames.size() - 1).digest(),
                                macs.of(2).tag()))
                .isTrue();
    }

    @Test
    void aReconnectedPrimaryGetsWhatIsOutstandingAtOnce() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        Request request = all.invoked(1, "op");
        all.pass(60);
        all.takeFrames(0);
        all.connect(0);
        assertThat(all.takeRequests(0).get(0).number()).isEqualTo(request.number());
    }

    @Test
    void aReplyUnderAnEarlierKeyIsForgottenWhenTheKeyChanges() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        Request request = all.invoked(1, "op");
        all.pass(60);
        all.say(1, ok(request, "done"));
        all.connect(1);
        all.say(2, ok(request, "done"));
        all.say(3, ok(request, "done"));
        assertThat(all.completed).isEmpty();
        all.say(1, ok(request, "done"));
        assertThat(all.result(1)).isEqualTo("done");
    }

    @Test
    void theNextRequestGoesToThePrimaryOfTheViewThatRepliesName() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        Request request = all.invoked(1, "op");
        all.agree(inView(ok(request, "done"), 6));
        assertThat(all.core.status().view()).isEqualTo(6);
        all.invoke(2, "next");
        assertThat(all.takeRequests(2)).hasSize(1);
        assertThat(all.takeRequests(0)).isEmpty();
    }

    @Test
    void aFaultyReplicaMovesTheViewNeitherUpNorDown() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        Request first = all.invoked(1, "op");
        all.say(0, inView(ok(first, "done"), Long.MAX_VALUE / 2));
        all.say(1, inView(ok(first, "done"), 4));
        all.say(2, inView(ok(first, "done"), 4));
        assertThat(all.core.status().view()).isEqualTo(4);
        all.invoke(2, "op");
        Request second = all.lastRequest();
        all.say(0, inView(ok(second, "done"), 0));
        all.say(1, inView(ok(second, "done"), 4));
        all.say(2, inView(ok(second, "done"), 4));
        assertThat(all.core.status().view()).isEqualTo(4);
    }

    @Test
    void fFaultyOfSevenDoNotMoveTheView() {
        ScriptedReplicas all = ScriptedReplicas.connected(settings(7));
        Request request = all.invoked(1, "op");
        all.say(5, inView(ok(request, "done"), 1_000_000));
        all.say(6, inView(ok(request, "done"), Long.MAX_VALUE / 2));
        for (int i : List.of(0, 2, 3)) {
            all.say(i, inView(ok(request, "done"), 3));
        }
        assertThat(all.core.status().view()).isEqualTo(3);
    }

    @Test
    void aSilentFIsNotNoticed() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        Request request = all.invoked(1, "op");
        for (int i : List.of(0, 2, 3)) {
            all.say(i, ok(request, "done"));
        }
        assertThat(all.result(1)).isEqualTo("done");
    }

    @Test
    void withMessagesLostEveryOperationStillEnds() {
        ScriptedReplicas all = ScriptedReplicas.connected(
                settings(4).withSessions(4).withTimes(20 * MILLIS, 100 * MILLIS, 1_000_000 * MILLIS));
        for (int token = 0; token < 50; token++) {
            all.invoke(token, "op " + token);
        }
        int drawn = 0;
        for (int round = 0; round < 20_000 && all.completed.size() < 50; round++) {
            all.pass(10);
            for (int i = 0; i < 4; i++) {
                for (Request request : all.takeRequests(i)) {
                    Reply reply = request.open() ? opened(request, 1 + request.session()) : ok(request, "r");
                    if (++drawn % 3 == 0) {
                        all.say(i, reply);
                    }
                }
            }
        }
        assertThat(all.completed).hasSize(50);
        assertThat(all.completed).extracting(ClientEffect.Complete::token).doesNotHaveDuplicates();
    }

    @Test
    void aKeyLostByTheReplicaAloneIsMadeAnewOnItsRequest() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        Request request = all.invoked(1, "op");
        all.pass(60);
        all.exchangeKeys(0, nonce(0));
        assertThat(all.takeRequests(0).get(0).number()).isEqualTo(request.number());
        all.agree(ok(request, "done"));
        assertThat(all.result(1)).isEqualTo("done");
    }
}
