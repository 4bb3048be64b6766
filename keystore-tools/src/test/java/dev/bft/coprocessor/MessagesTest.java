package dev.bft.coprocessor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bft.keystore.Statement;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes of every message on a local channel, and what is refused instead. */
class MessagesTest {

    private static final byte[] SOME = {7, 8};

    /** A message, its frame in hex (type, then body), and its family's decoder. */
    record Golden(Object message, Frame frame, String hex, Decoder decoder) {

        @Override
        public String toString() {
            return message.getClass().getSimpleName();
        }
    }

    interface Decoder {
        Object decode(Frame frame) throws LocalProtocolException;
    }

    static Stream<Golden> golden() {
        TreeMap<String, Long> metrics = new TreeMap<>();
        metrics.put("a", 1L);
        metrics.put("b", -1L);
        ReplicaReport.StatusReport status =
                new ReplicaReport.StatusReport("ready", 1, 2, 3, "ab", 0, true, 4, 5, 6, metrics);
        return Stream.of(
                of(new CoprocessorRequest.Sign(Statement.NEW_KEY, SOME), "01" + "01" + "00000002" + "0708"),
                of(new CoprocessorRequest.Open(SOME, new byte[] {9}), "02" + "00000002" + "0708" + "00000001" + "09"),
                of(new CoprocessorReply.Signed(258, SOME), "01" + "0000000000000102" + "00000002" + "0708"),
                of(new CoprocessorReply.Opened(SOME), "02" + "00000002" + "0708"),
                of(new CoprocessorReply.Unopenable(), "03"),
                of(new CoprocessorReply.Refused("no"), "04" + "00000002" + "6e6f"),
                of(new WatchdogOrder.Save(5), "01" + "0000000000000005"),
                of(new WatchdogOrder.Stop(), "02"),
                of(new WatchdogOrder.StatusAsked(), "03"),
                of(new WatchdogOrder.HandOver(), "04"),
                of(new ReplicaReport.Ready(9), "01" + "0000000000000009"),
                of(new ReplicaReport.Progress("keys"), "02" + "00000004" + "6b657973"),
                of(new ReplicaReport.SaveDone(3, true), "03" + "0000000000000003" + "01"),
                of(new ReplicaReport.Claim("k", "t"), "04" + "00000001" + "6b" + "00000001" + "74"),
                of(
                        status,
                        "05" + "00000005" + "7265616479" + "0000000000000001" + "0000000000000002" + "0000000000000003"
                                + "00000002" + "6162" + "00000000" + "01" + "0000000000000004" + "0000000000000005"
                                + "0000000000000006" + "00000002" + "00000001" + "61" + "0000000000000001"
                                + "00000001" + "62" + "ffffffffffffffff"));
    }

    private static Golden of(Object message, String hex) {
        if (message instanceof CoprocessorRequest request) {
            return new Golden(message, request.encode(), hex, CoprocessorRequest::decode);
        }
        if (message instanceof CoprocessorReply reply) {
            return new Golden(message, reply.encode(), hex, CoprocessorReply::decode);
        }
        if (message instanceof WatchdogOrder order) {
            return new Golden(message, order.encode(), hex, WatchdogOrder::decode);
        }
        return new Golden(message, ((ReplicaReport) message).encode(), hex, ReplicaReport::decode);
    }

    @ParameterizedTest
    @MethodSource("golden")
    void aMessageHasTheseBytesAndNoOthers(Golden golden) throws Exception {
        assertThat(hex(golden.frame)).isEqualTo(golden.hex);
        Object read = golden.decoder.decode(golden.frame);
        assertThat(read).usingRecursiveComparison().isEqualTo(golden.message);
    }

    @ParameterizedTest
    @MethodSource("golden")
    void truncatedOrExtendedMessagesAreRefused(Golden golden) {
        byte[] body = golden.frame.body();
        for (int length = 0; length <= body.length + 1; length++) {
            if (length != body.length) {
                Frame wrong = new Frame(golden.frame.type(), Arrays.copyOf(body, length));
                assertThatThrownBy(() -> golden.decoder.decode(wrong)).isInstanceOf(LocalProtocolException.class);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("golden")
    void unknownTypesAreRefused(Golden golden) {
        for (int type : new int[] {-128, -1, 0, 6, 7, 16, 127}) {
            assertThatThrownBy(() -> golden.decoder.decode(new Frame((byte) type, golden.frame.body())))
                    .isInstanceOf(LocalProtocolException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("golden")
    void whatReadsAtAllWritesTheSameBytes(Golden golden) throws Exception {
        Random random = new Random(golden.hex.hashCode());
        for (int i = 0; i < 20_000; i++) {
            byte[] body = golden.frame.body().clone();
            for (int change = 0; change <= i % 3 && body.length > 0; change++) {
                body[random.nextInt(body.length)] = (byte) random.nextInt();
            }
            Frame frame = new Frame(golden.frame.type(), body);
            try {
                assertThat(of(golden.decoder.decode(frame), "").frame).isEqualTo(frame);
            } catch (LocalProtocolException e) {
                assertThat(e).hasMessageContaining("malformed");
            }
        }
    }

    @Test
    void tooLongFieldsAreRefused() {
        assertRefused(new CoprocessorRequest.Sign((byte) 1, new byte[Statement.PAYLOAD_BYTES_MAX + 1]));
        assertRefused(new CoprocessorRequest.Open(new byte[CoprocessorRequest.CONTEXT_BYTES_MAX + 1], SOME));
        assertRefused(new CoprocessorRequest.Open(SOME, new byte[CoprocessorRequest.SEALED_BYTES_MAX + 1]));
        assertRefused(new CoprocessorReply.Signed(1, new byte[CoprocessorReply.SIGNATURE_BYTES_MAX + 1]));
        assertRefused(new CoprocessorReply.Signed(-1, SOME));
        assertRefused(new CoprocessorReply.Opened(new byte[CoprocessorReply.SECRET_BYTES_MAX + 1]));
        assertRefused(new CoprocessorReply.Refused("x".repeat(CoprocessorReply.REASON_BYTES_MAX + 1)));
        assertRefused(new WatchdogOrder.Save(-1));
    }

    @Test
    void aReplicasTextsAreCutAndStillRead() throws Exception {
        String wide = "\u20ac".repeat(5000);
        ReplicaReport.Claim claim = new ReplicaReport.Claim(wide, wide);
        assertThat(claim.kind()).hasSize(32);
        assertThat(claim.text()).hasSize(512);
        assertThat(ReplicaReport.decode(claim.encode())).isEqualTo(claim);
        TreeMap<String, Long> metrics = new TreeMap<>();
        for (int i = 0; i < 500; i++) {
            metrics.put(1000 + i + wide, (long) i);
        }
        ReplicaReport.StatusReport status =
                new ReplicaReport.StatusReport(wide, 0, 0, 0, wide, 0, false, 0, 0, 0, metrics);
        assertThat(status.metrics()).hasSize(ReplicaReport.METRICS_MAX);
        assertThat(ReplicaReport.decode(status.encode())).isEqualTo(status);
        assertThat(ReplicaReport.decode(new ReplicaReport.Progress(wide).encode()))
                .isEqualTo(new ReplicaReport.Progress(wide.substring(0, 32)));
    }

    private static void assertRefused(Object message) {
        Golden golden = of(message, "");
        assertThatThrownBy(() -> golden.decoder.decode(golden.frame)).isInstanceOf(LocalProtocolException.class);
    }

    private static String hex(Frame frame) {
        return HexFormat.of().toHexDigits(frame.type()) + HexFormat.of().formatHex(frame.body());
    }
}
