package dev.bft.protocol;

import static dev.bft.protocol.ScriptedReplicas.CLIENT;
import static dev.bft.protocol.ScriptedReplicas.bytes;
import static dev.bft.protocol.ScriptedReplicas.nonce;
import static dev.bft.protocol.ScriptedReplicas.ok;
import static dev.bft.protocol.ScriptedReplicas.opened;
import static dev.bft.protocol.ScriptedReplicas.reply;
import static dev.bft.protocol.ScriptedReplicas.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.auth.MacKey;
import dev.bft.wire.Checkpoint;
import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import dev.bft.wire.KeyAck;
import dev.bft.wire.KeyRequest;
import dev.bft.wire.Message;
import dev.bft.wire.Reply;
import dev.bft.wire.Request;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What f faulty replicas and a hostile network cannot do to a client (section 3.7, amendment AG9). */
final class ClientLiarTest {

    @Test
    void fEqualLiesAreNotAResult() {
        ScriptedReplicas all = ScriptedReplicas.connected(settings(7));
        Request request = all.invoked(1, "op");
        for (int round = 0; round < 10; round++) {
            all.say(0, ok(request, "lie"));
            all.say(1, ok(request, "lie"));
        }
        assertThat(all.completed).isEmpty();
        for (int i = 2; i < 7; i++) {
            assertThat(all.completed).isEmpty();
            all.say(i, ok(request, "truth"));
        }
        assertThat(all.result(1)).isEqualTo("truth");
    }

    @Test
    void oneReplicaCountsOnceHoweverOftenItAnswers() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        Request request = all.invoked(1, "op");
        for (int i = 0; i < 100; i++) {
            all.say(3, ok(request, "lie"));
        }
        assertThat(all.completed).isEmpty();
    }

    @Test
    void aNewerReplyOfAReplicaReplacesItsOlderOne() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        Request request = all.invoked(1, "op");
        all.say(3, ok(request, "a"));
        all.say(3, ok(request, "b"));
        all.say(2, ok(request, "a"));
        all.say(1, ok(request, "a"));
        assertThat(all.completed).isEmpty();
        all.say(0, ok(request, "a"));
        assertThat(all.result(1)).isEqualTo("a");
    }

    @Test
    void equalBytesWithDifferentOutcomesDoNotAgree() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        Request request = all.invoked(1, "op");
        all.say(0, reply(request, Reply.Outcome.OK, bytes("x")));
        all.say(1, reply(request, Reply.Outcome.OK, bytes("x")));
        all.say(2, reply(request, Reply.Outcome.FAILED, bytes("x")));
        assertThat(all.completed).isEmpty();
    }

    @Test
    void oneLiarCannotEndASession() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        Request request = all.invoked(1, "op");
        all.say(3, reply(request, Reply.Outcome.SESSION_GONE, new byte[0]));
        all.agree(ok(request, "done"));
        assertThat(all.result(1)).isEqualTo("done");
    }

    @Test
    void oneLiarCannotAssignABase() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        all.invoke(1, "op");
        Request open = all.lastRequest();
        all.say(3, opened(open, 666));
        all.agree(opened(open, 5));
        assertThat(all.lastRequest().base()).isEqualTo(5);
    }

    @Test
    void repliesToAnotherDigestSessionBaseOrNumberDoNotCount() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        Request r = all.invoked(1, "op");
        Digest digest = r.digest(CLIENT);
        Digest other =
                new Request(r.session(), r.base(), r.number(), false, bytes("other"), new byte[0]).digest(CLIENT);
        byte[] lie = bytes("lie");
        List<Reply> wrong = List.of(
                new Reply(0, r.session(), r.base(), r.number(), other, Reply.Outcome.OK, lie),
                new Reply(0, r.session() ^ 1, r.base(), r.number(), digest, Reply.Outcome.OK, lie),
                new Reply(0, r.session(), r.base() + 1, r.number(), digest, Reply.Outcome.OK, lie),
                new Reply(0, r.session(), r.base(), r.number() + 1, digest, Reply.Outcome.OK, lie));
        for (Reply reply : wrong) {
            for (int i = 0; i < 4; i++) {
                all.say(i, reply);
            }
        }
        assertThat(all.completed).isEmpty();
        assertThat(all.drops("unasked")).isEqualTo(16);
    }

    @Test
    void repliesToTheLastOperationAreNotTakenForTheNext() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        Request first = all.invoked(1, "op");
        all.agree(ok(first, "first"));
        Request second = all.invoked(2, "op");
        for (int i = 0; i < 4; i++) {
            all.say(i, ok(first, "first"));
        }
        assertThat(all.completed).hasSize(1);
        assertThat(all.drops("late")).isEqualTo(4);
        all.agree(ok(second, "second"));
        assertThat(all.result(2)).isEqualTo("second");
    }

    @Test
    void aRepliesMacMustBeTheReplicasOwn() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        Request request = all.invoked(1, "op");
        MacKey one = all.key(1);
        for (int i : List.of(0, 2, 3)) {
            all.receive(i, all.macced(i, ok(request, "lie"), one));
        }
        assertThat(all.drops("stale_key")).isEqualTo(3);
        assertThat(all.completed).isEmpty();
    }

    @Test
    void aReplicaCannotSpeakForAnotherOnItsConnection() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        Request request = all.invoked(1, "op");
        all.receive(3, all.macced(1, ok(request, "lie"), all.key(1)));
        all.receive(3, all.macced(1, ok(request, "lie"), all.key(3)));
        all.receive(3, all.macced(3, ok(request, "lie"), all.key(3)));
        assertThat(all.drops("wrong_sender")).isEqualTo(2);
        assertThat(all.completed).isEmpty();
    }

    @Test
    void forgedAndMissingMacsAreDroppedAndCounted() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        Request request = all.invoked(1, "op");
        for (int i = 0; i < 4; i++) {
            byte[] open = all.open(i, ok(request, "lie"));
            long id = all.key(i).id();
            all.receive(i, Envelope.complete(open, new Envelope.Unsigned()));
            all.receive(
                    i, Envelope.complete(open, new Envelope.Macs(List.of(new Envelope.Mac(CLIENT, id, new byte[16])))));
        }
        assertThat(all.drops("no_mac")).isEqualTo(4);
        assertThat(all.drops("forged")).isEqualTo(4);
        assertThat(all.completed).isEmpty();
    }

    @Test
    void aChangedByteAnywhereInAReplyIsNeverAccepted() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        Request request = all.invoked(1, "op");
        all.say(0, ok(request, "done"));
        all.say(2, ok(request, "done"));
        byte[] good = all.macced(1, ok(request, "done"), all.key(1));
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= 1;
            all.receive(1, bad);
            assertThat(all.completed).as("byte %s changed", at).isEmpty();
        }
        all.receive(1, good);
        assertThat(all.result(1)).isEqualTo("done");
    }

    @Test
    void aClientTakesNothingThatReplicasSayToEachOther() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        all.say(1, new Checkpoint(128, Digest.ZERO, true));
        assertThat(all.drops("wrong_type")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void rubbishFromOneReplicaHarmsNobody(long seed) {
        ScriptedReplicas all = ScriptedReplicas.connected(settings(4).withSessions(2));
        Random random = new Random(seed);
        for (long token = 0; token < 20; token++) {
            all.invoke(token, "op " + token);
            for (int round = 0; round < 2; round++) {
                for (Request request : all.takeRequests(0)) {
                    rubbish(all, random, request);
                    Reply reply = request.open() ? opened(request, 3) : ok(request, "r");
                    all.say(0, reply);
                    all.say(1, reply);
                    rubbish(all, random, request);
                    all.say(2, reply);
                }
            }
            assertThat(all.result(token)).as("seed %s", seed).isEqualTo("r");
        }
    }

    /** Replica 3 sends what it likes, with good MACs and bad ones. */
    private static void rubbish(ScriptedReplicas all, Random random, Request request) {
        for (int i = 0; i < 20; i++) {
            byte[] noise = new byte[random.nextInt(40)];
            random.nextBytes(noise);
            List<Message> choice = List.of(
                    new KeyRequest(nonce(random.nextInt(8))),
                    new KeyAck(random.nextLong() >>> 1),
                    reply(request, List.of(Reply.Outcome.values()).get(random.nextInt(6)), noise),
                    ScriptedReplicas.inView(ok(request, "r"), random.nextLong() >>> 1),
                    opened(request, random.nextLong()),
                    request);
            byte[] frame = all.macced(3, choice.get(random.nextInt(choice.size())), all.key(3));
            if (random.nextBoolean()) {
                frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
            }
            all.receive(3, frame);
            all.receive(3, noise);
        }
    }
}
