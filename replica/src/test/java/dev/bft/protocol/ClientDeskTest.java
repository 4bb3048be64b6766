package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.auth.KeyContext;
import dev.bft.auth.MacKey;
import dev.bft.wire.ClientKey;
import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import dev.bft.wire.KeyAck;
import dev.bft.wire.Request;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The keys that clients bring to a replica. */
final class ClientDeskTest {
    private static final long COUNTER = 5;

    private final Lone replica = new Lone(1);

    private static byte[] credential(int client) {
        return new byte[] {(byte) client};
    }

    private static byte[] secret(int client) {
        return Digest.of(credential(client)).toBytes();
    }

    /** A client brings its key. */
    private void connect(int client) {
        connect(credential(client));
    }

    private void connect(byte[] credential) {
        replica.give(new Event.Received(900 + credential[0], keyOf(credential)));
    }

    private byte[] keyOf(int client) {
        return keyOf(credential(client));
    }

    private byte[] keyOf(byte[] credential) {
        int client = credential[0];
        ClientKey key = new ClientKey(replica.id, credential, replica.myNonce(), secret(client));
        byte[] open = Envelope.open(replica.cluster, 1000 + client, key);
        byte[] signed = KeyContext.clientKey(COUNTER, Digest.of(open));
        byte[] signature = PlainKeys.clientSign(credential, signed);
        return Envelope.complete(open, new Envelope.Signature(COUNTER, signature));
    }

    /** A client asks for something under its key; whether the key is there. */
    private boolean isKnown(int client) {
        long unknown = replica.drops(Drop.UNKNOWN_CLIENT);
        Request request = new Request(1, 0, 77, true, credential(client), new byte[0]);
        byte[] open = Envelope.open(replica.cluster, 1000 + client, request);
        byte[] tag = new MacKey(COUNTER, secret(client)).tag(Digest.of(open));
        byte[] frame = Envelope.complete(open, new Envelope.Macs(List.of(new Envelope.Mac(replica.id, COUNTER, tag))));
        replica.give(new Event.Received(900 + client, frame));
        return replica.drops(Drop.UNKNOWN_CLIENT) == unknown;
    }

    @Test
    void soManyKeysAreHeldAsTheSettingsSay() {
        for (int client = 0; client < Lone.CLIENT_KEYS; client++) {
            connect(client);
        }
        for (int client = 0; client < Lone.CLIENT_KEYS; client++) {
            assertThat(isKnown(client)).as("client " + client).isTrue();
        }
        connect(Lone.CLIENT_KEYS);
        assertThat(isKnown(Lone.CLIENT_KEYS)).isTrue();
        assertThat(isKnown(0)).isFalse();
        assertThat(isKnown(1)).isTrue();
    }

    @Test
    void aKeyTakenAlreadyIsAcknowledgedAgainWhereItCameFromAndNotOpenedAgain() {
        int opened = replica.opened.size();
        connect(3);
        connect(3);
        assertThat(replica.links).containsExactly(903L, 903L);
        assertThat(replica.told).filteredOn(KeyAck.class::isInstance).hasSize(2);
        assertThat(replica.opened).hasSize(opened + 1);
    }

    /** More clients than one is told at a time that it is served no more; each credential expired long ago. */
    @Test
    void keysOfCredentialsThatExpiredLongAgoAreTakenSeldomAndCostOthersNothing() {
        replica.wallMicros = 200 * 3_600_000_000L;
        replica.tick(10);
        int opened = replica.opened.size();
        for (int client = 0; client < 100; client++) {
            connect(new byte[] {(byte) client, 1});
        }
        assertThat(replica.opened.size() - opened).isBetween(1, 30);
        connect(101);
        assertThat(isKnown(101)).isTrue();
    }

    @Test
    void theRepliesDoNotFollowACopyOfTheKeyToAnotherConnection() {
        connect(3);
        replica.give(new Event.Received(950, keyOf(3)));
        assertThat(replica.links).containsExactly(903L);
        assertThat(replica.drops(Drop.DUPLICATE)).isEqualTo(1);
    }

    @Test
    void norDoTheyWhenTheCopyComesWhileTheKeyIsBeingOpened() {
        replica.opened.clear();
        replica.coprocessorRests = true;
        connect(3);
        replica.give(new Event.Received(950, keyOf(3)));
        replica.opened.forEach(replica::give);
        assertThat(replica.links).containsExactly(903L);
        assertThat(replica.drops(Drop.DUPLICATE)).isEqualTo(1);
    }
}
