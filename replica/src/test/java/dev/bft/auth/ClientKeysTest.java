package dev.bft.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.wire.Cluster;
import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import dev.bft.wire.KeyAck;
import dev.bft.wire.MalformedException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The keys that clients chose for one replica: bounded, and the ones in use stay. */
final class ClientKeysTest {
    private static final int ME = 2;
    private static final int PER_CLIENT = 16;
    private static final Cluster CLUSTER = new Cluster(new byte[16], 0);

    private final ClientKeys keys = new ClientKeys(ME, 40);

    private static ClientPrincipal client(int id) {
        return new ClientPrincipal(id, new byte[32], Long.MAX_VALUE);
    }

    private static MacKey key(int client, long id) {
        return new MacKey(id, Digest.of(new byte[] {(byte) client, (byte) id}).toBytes());
    }

    private void put(int client, long id) {
        keys.put(client(client), key(client, id), 100L * client + id);
    }

    /** A frame that a client made with one of its keys. */
    private static Envelope frame(int client, long id) {
        byte[] open = Envelope.open(CLUSTER, client, new KeyAck(1));
        byte[] tag = key(client, id).tag(Digest.of(open));
        return read(Envelope.complete(open, new Envelope.Macs(List.of(new Envelope.Mac(ME, id, tag)))));
    }

    private static Envelope read(byte[] frame) {
        try {
            return Envelope.read(frame);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    private boolean verifies(Envelope envelope) {
        return keys.of(envelope).filter(e -> keys.verifies(envelope, e)).isPresent();
    }

    @Test
    void aFrameIsCheckedUnderTheKeyItNames() {
        put(7, 1);
        put(7, 2);
        assertThat(verifies(frame(7, 1))).isTrue();
        assertThat(verifies(frame(7, 2))).isTrue();
        assertThat(keys.of(frame(7, 2)).map(ClientKeys.ClientKeyEntry::link)).contains(702L);
    }

    @Test
    void anUnknownClientOrKeyIsNotFound() {
        put(7, 1);
        assertThat(keys.of(frame(7, 3))).isEmpty();
        assertThat(keys.of(frame(8, 1))).isEmpty();
    }

    @Test
    void aFrameWithoutMacForMeIsNotFound() {
        put(7, 1);
        byte[] open = Envelope.open(CLUSTER, 7, new KeyAck(1));
        assertThat(keys.of(read(Envelope.complete(open, new Envelope.Unsigned()))))
                .isEmpty();
        Envelope.Macs others = new Envelope.Macs(List.of(new Envelope.Mac(1, 1, new byte[16])));
        assertThat(keys.of(read(Envelope.complete(open, others)))).isEmpty();
    }

    @Test
    void aForgedMacDoesNotVerify() {
        put(7, 1);
        byte[] open = Envelope.open(CLUSTER, 7, new KeyAck(1));
        Envelope.Macs forged = new Envelope.Macs(List.of(new Envelope.Mac(ME, 1, new byte[16])));
        assertThat(verifies(read(Envelope.complete(open, forged)))).isFalse();
    }

    @Test
    void aClientsKeyDoesNotSpeakForAnotherClient() {
        put(7, 1);
        put(8, 1);
        byte[] open = Envelope.open(CLUSTER, 8, new KeyAck(1));
        byte[] tag = key(7, 1).tag(Digest.of(open));
        Envelope.Macs macs = new Envelope.Macs(List.of(new Envelope.Mac(ME, 1, tag)));
        assertThat(verifies(read(Envelope.complete(open, macs)))).isFalse();
    }

    @Test
    void aClientHasSoManyKeysAndItsLeastUsedGoes() {
        for (long id = 0; id < PER_CLIENT; id++) {
            put(7, id);
        }
        assertThat(verifies(frame(7, 0))).isTrue();
        put(7, 50);
        assertThat(keys.size()).isEqualTo(PER_CLIENT);
        assertThat(verifies(frame(7, 0))).isTrue();
        assertThat(keys.of(frame(7, 1))).isEmpty();
        assertThat(verifies(frame(7, 50))).isTrue();
    }

    @Test
    void aForgedFrameDoesNotKeepAKeyInUse() {
        for (long id = 0; id < PER_CLIENT; id++) {
            put(7, id);
        }
        byte[] open = Envelope.open(CLUSTER, 7, new KeyAck(1));
        Envelope.Macs forged = new Envelope.Macs(List.of(new Envelope.Mac(ME, 0, new byte[16])));
        assertThat(verifies(read(Envelope.complete(open, forged)))).isFalse();
        put(7, 50);
        assertThat(keys.of(frame(7, 0))).isEmpty();
    }

    @Test
    void oneClientsKeysDoNotPushOutAnothers() {
        put(9, 1);
        for (long id = 0; id < 1000; id++) {
            put(7, id);
        }
        assertThat(verifies(frame(9, 1))).isTrue();
        assertThat(keys.size()).isEqualTo(PER_CLIENT + 1);
    }

    @Test
    void theTableIsBounded() {
        for (int client = 0; client < 200; client++) {
            put(client, 1);
            assertThat(keys.size()).isLessThanOrEqualTo(40);
        }
        assertThat(keys.of(frame(159, 1))).isEmpty();
        assertThat(verifies(frame(160, 1))).isTrue();
        assertThat(verifies(frame(199, 1))).isTrue();
    }

    @Test
    void theSameIdAgainReplacesTheKeyAndTheLink() {
        put(7, 1);
        keys.put(client(7), key(7, 1), 5);
        assertThat(keys.size()).isEqualTo(1);
        assertThat(keys.of(frame(7, 1)).map(ClientKeys.ClientKeyEntry::link)).contains(5L);
    }

    @Test
    void whatWasNotAskedForGoesWhereTheClientSpokeLast() {
        put(7, 1);
        put(7, 2);
        put(8, 9);
        assertThat(keys.newest(7).map(e -> e.key().id())).contains(2L);
        assertThat(verifies(frame(7, 1))).isTrue();
        assertThat(keys.newest(7).map(e -> e.key().id())).contains(1L);
        assertThat(keys.newest(6)).isEmpty();
    }
}
