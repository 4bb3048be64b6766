package dev.bft.protocol;

import static dev.bft.protocol.ScriptedReplicas.CLIENT;
import static dev.bft.protocol.ScriptedReplicas.bytes;
import static dev.bft.protocol.ScriptedReplicas.nonce;
import static dev.bft.protocol.ScriptedReplicas.ok;
import static dev.bft.protocol.ScriptedReplicas.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.auth.MacKey;
import dev.bft.wire.ClientKey;
import dev.bft.wire.Cluster;
import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import dev.bft.wire.KeyAck;
import dev.bft.wire.KeyAsk;
import dev.bft.wire.KeyRequest;
import dev.bft.wire.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The client's side of the key exchange (section 2.3). */
final class ClientKeyExchangeTest {
    private static final byte[] OTHER_NONCE = bytes("another boot    ");

    @Test
    void aNewConnectionIsAskedForItsNonceWithoutAuthentication() {
        ScriptedReplicas all = new ScriptedReplicas(4, settings(4));
        all.step(new ClientEvent.Connected(2));
        Envelope ask = all.take(2).get(0);
        assertThat(ask.message()).isEqualTo(new KeyAsk());
        assertThat(ask.auth()).isEqualTo(new Envelope.Unsigned());
        assertThat(ask.sender()).isEqualTo(CLIENT);
    }

    @Test
    void askingIsRepeatedWithGrowingGapsUntilThereIsAKey() {
        ScriptedReplicas all = new ScriptedReplicas(4, settings(4));
        all.step(new ClientEvent.Connected(2));
        all.pass(150);
        assertThat(all.take(2, KeyAsk.class)).hasSize(2);
        all.pass(10_000);
        assertThat(all.take(2, KeyAsk.class)).hasSizeBetween(9, 14);
        all.exchangeKeys(2, nonce(2));
        all.pass(10_000);
        assertThat(all.take(2)).isEmpty();
    }

    @Test
    void aReplicaIsUsableOnlyAfterItAcknowledgedTheKey() {
        ScriptedReplicas all = new ScriptedReplicas(4, settings(4));
        all.step(new ClientEvent.Connected(2));
        all.takeFrames(2);
        all.requestKey(2, nonce(2));
        assertThat(all.core.status().reached()).isEmpty();
        all.acceptKey(2, all.take(2).get(0));
        assertThat(all.core.status().reached()).containsExactly(2);
    }

    @Test
    void theKeyEchoesTheNonceAndIsSignedWithItsId() {
        ScriptedReplicas all = new ScriptedReplicas(4, settings(4));
        all.step(new ClientEvent.Connected(2));
        all.takeFrames(2);
        all.requestKey(2, nonce(2));
        Envelope envelope = all.take(2).get(0);
        assertThat(((ClientKey) envelope.message()).echo()).isEqualTo(nonce(2));
        assertThat(all.keyIn(2, envelope).id()).isEqualTo(((Envelope.Signature) envelope.auth()).counter());
    }

    @Test
    void everyKeyIsNewAndHasItsOwnId() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        Digest probe = Digest.of(bytes("probe"));
        TreeSet<Long> ids = new TreeSet<>();
        TreeSet<Digest> tags = new TreeSet<>();
        for (int i = 0; i < 4; i++) {
            ids.add(all.key(i).id());
            tags.add(Digest.of(all.key(i).tag(probe)));
        }
        all.pass(100);
        all.connect(1);
        ids.add(all.key(1).id());
        tags.add(Digest.of(all.key(1).tag(probe)));
        assertThat(ids).hasSize(5);
        assertThat(tags).hasSize(5);
        assertThat(ids.last() - ids.first()).isEqualTo(4);
    }

    @Test
    void idsNeverGoBackWhenTheClockMovesOnAndAreNeverNegative() {
        List<Long> ids = new ArrayList<>();
        for (long wallMicros : List.of(0L, 1L, 1_700_000_000_000_000L, 1_700_000_000_000_001L, (1L << 52) - 1)) {
            ClientNode node = new ClientNode(
                    settings(4),
                    new ScriptedReplicas.PlainSecrets(),
                    new ClientEvent.Started(bytes("seed"), wallMicros));
            ids.add(node.freshId());
        }
        assertThat(ids).isSorted().doesNotHaveDuplicates().allMatch(id -> id >= 0);
    }

    @Test
    void processesStartedInTheSameMicrosecondDoNotTakeTheSameIds() {
        TreeSet<Long> ids = new TreeSet<>();
        for (int i = 0; i < 8; i++) {
            ClientEvent.Started started = new ClientEvent.Started(bytes("seed " + i), 1_700_000_000_000_000L);
            ClientNode node = new ClientNode(settings(4), new ScriptedReplicas.PlainSecrets(), started);
            ids.add(node.freshId());
        }
        assertThat(ids).hasSize(8);
    }

    @Test
    void keyRequestsWithinFiftyMillisecondsAreDropped() {
        ScriptedReplicas all = new ScriptedReplicas(4, settings(4));
        all.step(new ClientEvent.Connected(2));
        all.takeFrames(2);
        for (int i = 0; i < 1000; i++) {
            all.requestKey(2, nonce(i & 7));
        }
        assertThat(all.take(2)).hasSize(1);
        assertThat(all.drops("too_often")).isEqualTo(999);
        all.pass(50);
        all.takeFrames(2);
        all.requestKey(2, nonce(2));
        assertThat(all.take(2)).hasSize(1);
    }

    @Test
    void aFloodAtOneReplicaDoesNotHinderAnother() {
        ScriptedReplicas all = new ScriptedReplicas(4, settings(4));
        all.step(new ClientEvent.Connected(2));
        for (int i = 0; i < 100; i++) {
            all.requestKey(2, nonce(i & 7));
        }
        all.connect(3);
        assertThat(all.core.status().reached()).containsExactly(3);
    }

    @Test
    void aForgedKeyRequestTakesNoKeyAway() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        all.pass(100);
        all.requestKey(0, OTHER_NONCE);
        assertThat(all.core.status().reached()).containsExactly(0, 1, 2, 3);
        Request request = all.invoked(1, "op");
        all.agree(ok(request, "done"));
        assertThat(all.result(1)).isEqualTo("done");
    }

    @Test
    void theSameNonceGetsTheSameKeyAgainWhileItIsNotAcknowledged() {
        ScriptedReplicas all = new ScriptedReplicas(4, settings(4));
        all.step(new ClientEvent.Connected(2));
        all.takeFrames(2);
        all.requestKey(2, nonce(2));
        byte[] first = all.takeFrames(2).get(0);
        all.pass(60);
        all.takeFrames(2);
        all.requestKey(2, nonce(2));
        assertThat(all.takeFrames(2)).containsExactly(first);
        all.pass(60);
        all.takeFrames(2);
        all.requestKey(2, OTHER_NONCE);
        assertThat(all.takeFrames(2).get(0)).isNotEqualTo(first);
    }

    @Test
    void aKeyThatIsNotAcknowledgedIsReplacedAfterFourSendings() {
        ScriptedReplicas all = new ScriptedReplicas(4, settings(4));
        all.step(new ClientEvent.Connected(2));
        List<Digest> frames = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            all.pass(60);
            all.takeFrames(2);
            all.requestKey(2, nonce(2));
            frames.add(Digest.of(all.takeFrames(2).get(0)));
        }
        assertThat(frames.subList(0, 4)).containsOnly(frames.get(0));
        assertThat(frames.subList(4, 8)).containsOnly(frames.get(4));
        assertThat(new TreeSet<>(frames)).hasSize(3);
    }

    /** A replica that is slow to open a key has not lost it: else each would come too late, and none be in force. */
    @Test
    void aLateAcknowledgementOfTheKeyBeforeCounts() {
        ScriptedReplicas all = new ScriptedReplicas(4, settings(4));
        all.step(new ClientEvent.Connected(2));
        List<Envelope> frames = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            all.pass(60);
            all.takeFrames(2);
            all.requestKey(2, nonce(2));
            frames.add(all.take(2).get(0));
        }
        assertThat(frames.get(4).digest()).isNotEqualTo(frames.get(0).digest());
        all.acceptKey(2, frames.get(0));
        assertThat(all.core.status().reached()).containsExactly(2);
    }

    @Test
    void anAcknowledgementOfAReplacedKeyIsDropped() {
        ScriptedReplicas all = new ScriptedReplicas(4, settings(4));
        all.step(new ClientEvent.Connected(2));
        all.takeFrames(2);
        all.requestKey(2, nonce(2));
        Envelope first = all.take(2).get(0);
        all.pass(60);
        all.takeFrames(2);
        all.requestKey(2, OTHER_NONCE);
        all.acceptKey(2, first);
        assertThat(all.core.status().reached()).isEmpty();
        assertThat(all.drops("unasked")).isEqualTo(1);
    }

    @Test
    void anAcknowledgementNeedsASingleRightMac() {
        ScriptedReplicas all = new ScriptedReplicas(4, settings(4));
        all.step(new ClientEvent.Connected(2));
        all.takeFrames(2);
        all.requestKey(2, nonce(2));
        MacKey key = all.keyIn(2, all.take(2).get(0));
        byte[] open = all.open(2, new KeyAck(key.id()));
        byte[] tag = key.tag(Digest.of(open));
        all.receive(2, Envelope.complete(open, new Envelope.Unsigned()));
        all.receive(2, Envelope.complete(open, new Envelope.Macs(List.of())));
        all.receive(2, Envelope.complete(open, new Envelope.Signature(key.id(), tag)));
        all.receive(2, Envelope.complete(open, macs(new Envelope.Mac(CLIENT + 1, key.id(), tag))));
        all.receive(
                2,
                Envelope.complete(
                        open, macs(new Envelope.Mac(7, key.id(), tag), new Envelope.Mac(CLIENT, key.id(), tag))));
        assertThat(all.drops("no_mac")).isEqualTo(5);
        all.receive(2, Envelope.complete(open, macs(new Envelope.Mac(CLIENT, key.id() + 1, tag))));
        assertThat(all.drops("stale_key")).isEqualTo(1);
        all.receive(2, Envelope.complete(open, macs(new Envelope.Mac(CLIENT, key.id(), new byte[16]))));
        assertThat(all.drops("forged")).isEqualTo(1);
        assertThat(all.core.status().reached()).isEmpty();
        all.receive(2, Envelope.complete(open, macs(new Envelope.Mac(CLIENT, key.id(), tag))));
        assertThat(all.core.status().reached()).containsExactly(2);
    }

    private static Envelope.Macs macs(Envelope.Mac... macs) {
        return new Envelope.Macs(List.of(macs));
    }

    @Test
    void aReplayedAcknowledgementDoesNothing() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        all.say(1, new KeyAck(all.key(1).id()));
        assertThat(all.drops("unasked")).isEqualTo(1);
        assertThat(all.take(1)).isEmpty();
    }

    @Test
    void aNewConnectionEndsTheKey() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        Request request = all.invoked(1, "op");
        all.step(new ClientEvent.Connected(0));
        assertThat(all.core.status().reached()).containsExactly(1, 2, 3);
        all.say(0, ok(request, "old key"));
        assertThat(all.drops("stale_key")).isEqualTo(1);
    }

    @Test
    void anOldKeyIsReplacedAndServesUntilThen() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        long old = all.key(1).id();
        all.pass(60_000);
        assertThat(all.take(1, KeyAsk.class)).isNotEmpty();
        assertThat(all.core.status().reached()).containsExactly(0, 1, 2, 3);
        all.exchangeKeys(1, nonce(1));
        assertThat(all.key(1).id()).isGreaterThan(old);
        all.invoke(1, "op");
        Envelope.Macs macs = (Envelope.Macs) all.take(0).stream()
                .filter(e -> e.message() instanceof Request)
                .findFirst()
                .orElseThrow()
                .auth();
        assertThat(macs.of(1).key()).isEqualTo(all.key(1).id());
    }

    @Test
    void aKeyThatIsNeverReplacedEndsAtTwiceItsTime() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        all.pass(119_000);
        assertThat(all.core.status().reached()).containsExactly(0, 1, 2, 3);
        all.pass(1_000);
        assertThat(all.core.status().reached()).isEmpty();
        all.exchangeKeys(1, nonce(1));
        assertThat(all.core.status().reached()).containsExactly(1);
    }

    @Test
    void keysMadeTogetherAreNotReplacedTogether() {
        ScriptedReplicas all = ScriptedReplicas.connected(
                settings(4).withTimes(150 * ScriptedReplicas.MILLIS, 1_000 * ScriptedReplicas.MILLIS, 60_000_000_000L));
        TreeSet<Integer> times = new TreeSet<>();
        for (int second = 0; second < 60; second++) {
            all.pass(1_000);
            for (int i = 0; i < 4; i++) {
                if (!all.take(i, KeyAsk.class).isEmpty()) {
                    times.add(second);
                    all.exchangeKeys(i, nonce(i));
                }
            }
        }
        assertThat(times.first()).isGreaterThanOrEqualTo(44);
        assertThat(times).hasSizeGreaterThan(2);
    }

    @Test
    void framesOfAnotherClusterEpochSenderOrKindAreDroppedAndCounted() {
        ScriptedReplicas all = ScriptedReplicas.connected();
        KeyRequest request = new KeyRequest(nonce(1));
        byte[] otherId = new byte[16];
        otherId[3] = 1;
        all.receive(1, unsigned(new Cluster(otherId, 3), 1, request));
        all.receive(1, unsigned(new Cluster(new byte[16], 4), 1, request));
        assertThat(all.drops("wrong_cluster")).isEqualTo(2);
        all.receive(1, unsigned(all.cluster, 2, request));
        all.receive(1, unsigned(all.cluster, CLIENT, request));
        assertThat(all.drops("wrong_sender")).isEqualTo(2);
        all.receive(1, Envelope.complete(all.open(1, new KeyAsk()), new Envelope.Unsigned()));
        assertThat(all.drops("wrong_type")).isEqualTo(1);
        all.receive(1, bytes("HTTP/1.1 200 OK"));
        assertThat(all.drops("malformed")).isEqualTo(1);
        assertThat(all.take(1)).isEmpty();
    }

    private static byte[] unsigned(Cluster cluster, int sender, KeyRequest request) {
        return Envelope.complete(Envelope.open(cluster, sender, request), new Envelope.Unsigned());
    }
}
