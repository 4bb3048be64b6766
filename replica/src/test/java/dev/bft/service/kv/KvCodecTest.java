package dev.bft.service.kv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.service.Service;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The bytes of operations and results: one encoding each, and nothing else is read. */
class KvCodecTest {
    private static final byte[] KEY = "greeting".getBytes(StandardCharsets.UTF_8);
    private static final byte[] VALUE = "hello".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NONE = {};

    private static final List<KvOperation> OPERATIONS = List.of(
            new KvOperation.Get(KEY),
            new KvOperation.Put(KEY, VALUE),
            new KvOperation.Put(KEY, NONE),
            new KvOperation.Cas(KEY, VALUE, NONE),
            new KvOperation.Delete(KEY),
            new KvOperation.List(NONE, NONE, 1),
            new KvOperation.List(KEY, KEY, KvOperation.LIST_MAX));

    private static final List<KvResult> RESULTS = List.of(
            new KvResult.Done(),
            new KvResult.Value(VALUE),
            new KvResult.Value(NONE),
            new KvResult.Absent(),
            new KvResult.Mismatch(),
            new KvResult.Full(),
            new KvResult.Keys(List.of(), false),
            new KvResult.Keys(List.of(KEY, VALUE), true),
            new KvResult.Malformed());

    private static List<byte[]> encoded() {
        List<byte[]> all = new ArrayList<>();
        OPERATIONS.forEach(operation -> all.add(operation.toBytes()));
        RESULTS.forEach(result -> all.add(result.toBytes()));
        return all;
    }

    private static boolean isBoth(byte[] bytes) {
        Optional<byte[]> operation = KvOperation.read(bytes).map(KvOperation::toBytes);
        Optional<byte[]> result = KvResult.read(bytes).map(KvResult::toBytes);
        return operation.map(again -> Arrays.equals(again, bytes)).orElse(true)
                && result.map(again -> Arrays.equals(again, bytes)).orElse(true);
    }

    @Test
    void whatIsReadIsWhatWasWritten() {
        for (KvOperation operation : OPERATIONS) {
            KvOperation read = KvOperation.read(operation.toBytes()).orElseThrow();
            assertThat(read).hasSameClassAs(operation);
            assertThat(Arrays.equals(read.toBytes(), operation.toBytes())).isTrue();
        }
        for (KvResult result : RESULTS) {
            KvResult read = KvResult.read(result.toBytes()).orElseThrow();
            assertThat(read).hasSameClassAs(result);
            assertThat(Arrays.equals(read.toBytes(), result.toBytes())).isTrue();
        }
    }

    @Test
    void theLongestFitTheLimitsOfTheWire() {
        byte[] key = new byte[KvOperation.KEY_MAX];
        byte[] value = new byte[KvOperation.VALUE_MAX];
        assertThat(KvOperation.read(new KvOperation.Put(key, value).toBytes())).isPresent();
        assertThat(new KvOperation.Put(key, value).toBytes().length).isLessThanOrEqualTo((1 << 20) + 4096);
        assertThat(new KvResult.Value(value).toBytes().length).isLessThanOrEqualTo(Service.RESULT_MAX);
        KvResult most = new KvResult.Keys(Collections.nCopies(KvOperation.LIST_MAX, key), true);
        assertThat(KvResult.read(most.toBytes())).isPresent();
        assertThat(most.toBytes().length).isLessThanOrEqualTo(Service.RESULT_MAX);
    }

    @Test
    void whatIsOutOfBoundsIsNoOperation() {
        byte[] longKey = new byte[KvOperation.KEY_MAX + 1];
        byte[] longValue = new byte[KvOperation.VALUE_MAX + 1];
        List<KvOperation> wrong = List.of(
                new KvOperation.Get(NONE),
                new KvOperation.Get(longKey),
                new KvOperation.Put(KEY, longValue),
                new KvOperation.Put(longKey, VALUE),
                new KvOperation.Put(NONE, VALUE),
                new KvOperation.Cas(KEY, longValue, VALUE),
                new KvOperation.Cas(KEY, VALUE, longValue),
                new KvOperation.Delete(longKey),
                new KvOperation.List(longKey, NONE, 1),
                new KvOperation.List(NONE, longKey, 1),
                new KvOperation.List(NONE, NONE, 0),
                new KvOperation.List(NONE, NONE, -1),
                new KvOperation.List(NONE, NONE, KvOperation.LIST_MAX + 1));
        assertThat(wrong).allSatisfy(operation -> assertThat(KvOperation.read(operation.toBytes()))
                .isEmpty());
        assertThat(KvOperation.read(NONE)).isEmpty();
        assertThat(KvResult.read(NONE)).isEmpty();
    }

    @Test
    void truncatedAtAnyByteOrLongerByOneItIsAnotherOrNone() {
        for (byte[] bytes : encoded()) {
            for (int length = 0; length <= bytes.length + 1; length++) {
                assertThat(isBoth(Arrays.copyOf(bytes, length))).isTrue();
            }
        }
        for (KvOperation operation : OPERATIONS) {
            byte[] bytes = operation.toBytes();
            for (int length = 0; length < bytes.length; length++) {
                assertThat(KvOperation.read(Arrays.copyOf(bytes, length))).isEmpty();
            }
        }
    }

    @Test
    void changedBytesAreAnotherCanonicalOneOrNone() {
        Random random = new Random(7);
        List<byte[]> all = encoded();
        for (int i = 0; i < 300_000; i++) {
            byte[] bytes = all.get(random.nextInt(all.size())).clone();
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                byte[] odd = {0, 1, 4, 5, 8, 127, -128, -1};
                bytes[random.nextInt(bytes.length)] =
                        random.nextBoolean() ? odd[random.nextInt(odd.length)] : (byte) random.nextInt(256);
            }
            assertThat(isBoth(bytes)).isTrue();
        }
    }

    @Test
    void theBytesAreThese() {
        assertThat(OPERATIONS.stream().map(KvOperation::toBytes).map(HexFormat.of()::formatHex))
                .containsExactly(
                        "01000000086772656574696e67",
                        "02000000086772656574696e670000000568656c6c6f",
                        "02000000086772656574696e6700000000",
                        "03000000086772656574696e670000000568656c6c6f00000000",
                        "04000000086772656574696e67",
                        "0500000000000000000000000400000001",
                        "05000000086772656574696e67000000086772656574696e6700000004000003e8");
        assertThat(RESULTS.stream().map(KvResult::toBytes).map(HexFormat.of()::formatHex))
                .containsExactly(
                        "01",
                        "020000000568656c6c6f",
                        "0200000000",
                        "03",
                        "04",
                        "05",
                        "06",
                        "07000000086772656574696e670000000568656c6c6f",
                        "08");
    }
}
