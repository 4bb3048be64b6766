package dev.bft.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The frame around a message: header, body, authentication. */
final class EnvelopeTest {
    private static final byte[] OPEN = Envelope.open(Generated.CLUSTER, 3, new KeyAck(5));
    private static final int BODY_END = OPEN.length;

    @Test
    void theHeaderNamesMagicVersionTypeClusterEpochSenderAndLength() throws MalformedException {
        Envelope envelope = Envelope.read(Envelope.complete(OPEN, new Envelope.Unsigned()));
        assertThat(envelope.isOf(new Cluster(new byte[16], 1))).isTrue();
        assertThat(envelope.isOf(new Cluster(new byte[16], 2))).isFalse();
        assertThat(envelope.isOf(new Cluster(Samples.counting(16, 0), 1))).isFalse();
        assertThat(envelope.sender()).isEqualTo(3);
        assertThat(envelope.message()).isEqualTo(new KeyAck(5));
        assertThat(envelope.auth()).isEqualTo(new Envelope.Unsigned());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void anotherMagicIsMalformed(int at) {
        assertMalformed(unsigned(frame -> frame[at] ^= 1), "not a bft frame");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 255})
    void anotherVersionIsMalformed(int version) {
        assertMalformed(unsigned(frame -> frame[2] = (byte) version), "unknown wire version");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 25, 127, 128, 255})
    void anUnknownTypeIsMalformed(int type) {
        assertMalformed(unsigned(frame -> frame[3] = (byte) type), "unknown message type");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, Limits.FRAME + 1, Integer.MAX_VALUE})
    void aBodyLengthBeyondAnyFrameIsMalformed(int length) {
        assertMalformed(unsigned(frame -> putLength(frame, length)), "count above " + Limits.FRAME);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 1000, Limits.FRAME})
    void aBodyLengthBeyondTheFrameIsMalformed(int length) {
        assertMalformed(unsigned(frame -> putLength(frame, length)), "too short");
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 255})
    void anUnknownAuthenticationIsMalformed(int kind) {
        assertMalformed(unsigned(frame -> frame[BODY_END] = (byte) kind), "unknown authentication");
    }

    @Test
    void receiversThatDoNotIncreaseAreMalformed() {
        assertMalformed(macs(1, 1), "receivers not increasing");
        assertMalformed(macs(2, 1), "receivers not increasing");
        assertMalformed(macs(-1), "receivers not increasing");
        assertMalformed(macs(0, Integer.MIN_VALUE), "receivers not increasing");
    }

    @Test
    void moreMacsThanReplicasAreMalformed() throws MalformedException {
        int[] most = IntStream.range(0, Limits.REPLICAS).toArray();
        Envelope.Macs read = (Envelope.Macs) Envelope.read(macs(most)).auth();
        assertThat(read.macs()).hasSize(Limits.REPLICAS);
        assertMalformed(macs(IntStream.range(0, Limits.REPLICAS + 1).toArray()), "count above " + Limits.REPLICAS);
    }

    @Test
    void aSignatureBeyondTheLimitOrWithANegativeCounterIsMalformed() throws MalformedException {
        Envelope.Signature longest = new Envelope.Signature(Long.MAX_VALUE, new byte[Limits.SIGNATURE]);
        Envelope.Signature read = (Envelope.Signature)
                Envelope.read(Envelope.complete(OPEN, longest)).auth();
        assertThat(read.counter()).isEqualTo(Long.MAX_VALUE);
        assertThat(read.bytes()).hasSize(Limits.SIGNATURE);
        assertMalformed(
                Envelope.complete(OPEN, new Envelope.Signature(1, new byte[Limits.SIGNATURE + 1])),
                "count above " + Limits.SIGNATURE);
        assertMalformed(Envelope.complete(OPEN, new Envelope.Signature(-1, new byte[64])), "negative number");
    }

    @Test
    void theDigestCoversHeaderAndBodyAndNotTheAuthentication() throws MalformedException {
        Digest expected = Digest.of(OPEN);
        for (Envelope.Auth auth : List.of(new Envelope.Unsigned(), new Envelope.Signature(7, new byte[64]))) {
            assertThat(Envelope.read(Envelope.complete(OPEN, auth)).digest()).isEqualTo(expected);
        }
        for (int at = 4; at < Envelope.HEADER - 4; at++) {
            int changed = at;
            byte[] other = unsigned(frame -> frame[changed] ^= 1);
            assertThat(Envelope.read(other).digest()).isNotEqualTo(expected);
        }
    }

    @Test
    void aMacIsFoundByItsReceiverAndAnAbsentOneHasNoKey() throws MalformedException {
        Envelope.Macs macs = (Envelope.Macs) Envelope.read(macs(0, 2, 1000)).auth();
        assertThat(macs.of(2).key()).isEqualTo(102);
        assertThat(macs.of(1000).key()).isEqualTo(1100);
        assertThat(macs.of(1).key()).isEqualTo(-1);
    }

    @Test
    void aReaderOfTheWrongRangeIsOurOwnMistake() {
        assertThatThrownBy(() -> new In(new byte[4], 2, 5)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new In(new byte[4], 3, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new In(new byte[4], -1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void aClusterIdHasSixteenBytesAndIsKept() {
        assertThatThrownBy(() -> new Cluster(new byte[15], 0)).isInstanceOf(IllegalArgumentException.class);
        byte[] id = new byte[16];
        Cluster cluster = new Cluster(id, 0);
        id[0] = 1;
        assertThat(cluster.id()[0]).isZero();
    }

    private static byte[] unsigned(Consumer<byte[]> change) {
        byte[] frame = Envelope.complete(OPEN, new Envelope.Unsigned());
        change.accept(frame);
        return frame;
    }

    private static byte[] macs(int... receivers) {
        return Envelope.complete(
                OPEN,
                new Envelope.Macs(Arrays.stream(receivers)
                        .mapToObj(r -> new Envelope.Mac(r, 100 + r, new byte[Envelope.TAG]))
                        .toList()));
    }

    private static void putLength(byte[] frame, int length) {
        for (int i = 0; i < 4; i++) {
            frame[Envelope.HEADER - 4 + i] = (byte) (length >>> (24 - 8 * i));
        }
    }

    private static void assertMalformed(byte[] frame, String why) {
        assertThatThrownBy(() -> Envelope.read(frame))
                .isInstanceOf(MalformedException.class)
                .hasMessage(why);
    }
}
