package dev.bft.service.kv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.service.Call;
import dev.bft.service.ReadOnlyState;
import dev.bft.state.PagedState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The key-value service against a map that cannot be wrong. */
class KeyValueServiceTest {
    private static final Call CALL = new Call(1000, 1, new byte[0]);

    private final PagedState pages = new PagedState((page, target) -> Arrays.fill(target, (byte) 0), 0, 600);
    private final KeyValueService service = new KeyValueService();

    KeyValueServiceTest() {
        pages.recompute(0);
        service.format(pages.service());
    }

    private KvResult run(KvOperation operation) {
        return KvResult.read(service.execute(CALL, operation.toBytes(), pages.service()))
                .orElseThrow();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] key(SplittableRandom random, int keys) {
        int number = random.nextInt(keys);
        return bytes("k" + number + "x".repeat(number % 7 == 0 ? 900 : number % 40));
    }

    private static byte[] value(SplittableRandom random) {
        int size = random.nextInt(20) == 0 ? random.nextInt(30_000) : random.nextInt(400);
        byte[] value = new byte[size];
        random.nextBytes(value);
        return value;
    }

    @Test
    void whatOnlyReadsAnswersAsItDoesInTheOrder() {
        for (int i = 0; i < 50; i++) {
            run(new KvOperation.Put(bytes("k" + i), bytes("v".repeat(100 * i))));
        }
        List<KvOperation> reading = List.of(
                new KvOperation.Get(bytes("k7")),
                new KvOperation.Get(bytes("none")),
                new KvOperation.List(bytes("k"), bytes("k2"), 9),
                new KvOperation.List(bytes("x"), new byte[0], 9));
        for (KvOperation operation : reading) {
            assertThat(operation.reads()).isTrue();
            assertThat(service.read(1000, operation.toBytes(), new ReadOnlyState(pages.service())))
                    .hasValue(service.execute(CALL, operation.toBytes(), pages.service()));
        }
    }

    @Test
    void whatMayWriteIsNothingToRead() {
        List<KvOperation> writing =
                List.of(new KvOperation.Put(bytes("k"), bytes("v")), new KvOperation.Delete(bytes("k")));
        for (KvOperation operation : writing) {
            assertThat(operation.reads()).isFalse();
            assertThat(service.read(1000, operation.toBytes(), new ReadOnlyState(pages.service())))
                    .isEmpty();
        }
        assertThat(service.read(1000, new byte[] {99}, new ReadOnlyState(pages.service())))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void everyAnswerIsTheMaps(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        TreeMap<String, byte[]> model = new TreeMap<>();
        for (int i = 0; i < 6000; i++) {
            byte[] key = key(random, 300);
            String name = new String(key, StandardCharsets.UTF_8);
            switch (random.nextInt(4)) {
                case 0 -> expectGet(key, model.get(name));
                case 1 -> {
                    boolean held = model.remove(name) != null;
                    assertThat(run(new KvOperation.Delete(key)))
                            .isEqualTo(held ? new KvResult.Done() : new KvResult.Absent());
                }
                default -> {
                    byte[] value = value(random);
                    if (run(new KvOperation.Put(key, value)) instanceof KvResult.Done) {
                        model.put(name, value);
                    }
                }
            }
        }
        model.forEach((name, value) -> expectGet(bytes(name), value));
        assertThat(names(new byte[0])).containsExactlyElementsOf(model.keySet());
        assertThat(names(bytes("k1")))
                .containsExactlyElementsOf(
                        model.keySet().stream().filter(n -> n.startsWith("k1")).toList());
    }

    private void expectGet(byte[] key, byte @org.jspecify.annotations.Nullable [] value) {
        KvResult result = run(new KvOperation.Get(key));
        if (value == null) {
            assertThat(result).isEqualTo(new KvResult.Absent());
        } else {
            assertThat(((KvResult.Value) result).value()).isEqualTo(value);
        }
    }

    private List<String> names(byte[] prefix) {
        List<String> names = new ArrayList<>();
        byte[] after = new byte[0];
        while (true) {
            KvResult.Keys part = (KvResult.Keys) run(new KvOperation.List(prefix, after, 7));
            part.keys().forEach(key -> names.add(new String(key, StandardCharsets.UTF_8)));
            if (!part.more()) {
                return names;
            }
            after = part.keys().get(part.keys().size() - 1);
        }
    }

    @Test
    void aFullStoreSaysFullKeepsEverythingAndIsUsableAgainOnceEmptied() {
        int free = new PageTree(pages.service()).available();
        List<byte[]> stored = new ArrayList<>();
        byte[] value = new byte[9000];
        while (true) {
            byte[] key = bytes("key" + stored.size());
            value[0] = (byte) stored.size();
            if (run(new KvOperation.Put(key, value)) instanceof KvResult.Full) {
                break;
            }
            stored.add(key);
        }
        assertThat(stored).hasSizeGreaterThan(150);
        for (int i = 0; i < stored.size(); i++) {
            value[0] = (byte) i;
            expectGet(stored.get(i), value);
        }
        stored.forEach(key -> assertThat(run(new KvOperation.Delete(key))).isEqualTo(new KvResult.Done()));
        assertThat(new PageTree(pages.service()).available()).isEqualTo(free);
    }

    @Test
    void compareAndSetChangesOnlyWhatIsAsExpected() {
        run(new KvOperation.Put(bytes("a"), bytes("1")));
        assertThat(run(new KvOperation.Cas(bytes("a"), bytes("2"), bytes("3")))).isEqualTo(new KvResult.Mismatch());
        assertThat(run(new KvOperation.Cas(bytes("a"), bytes("1"), bytes("3")))).isEqualTo(new KvResult.Done());
        assertThat(run(new KvOperation.Cas(bytes("b"), bytes("1"), bytes("3")))).isEqualTo(new KvResult.Absent());
        expectGet(bytes("a"), bytes("3"));
    }

    @Test
    void theLongestKeyAndValueFit() {
        byte[] key = new byte[KvOperation.KEY_MAX];
        byte[] value = new byte[KvOperation.VALUE_MAX];
        value[value.length - 1] = 5;
        assertThat(run(new KvOperation.Put(key, value))).isEqualTo(new KvResult.Done());
        expectGet(key, value);
    }

    @Test
    void bytesThatAreNoOperationChangeNothing() {
        byte[] put = new KvOperation.Put(bytes("a"), bytes("1")).toBytes();
        for (int length = 0; length < put.length; length++) {
            byte[] result = service.execute(CALL, Arrays.copyOf(put, length), pages.service());
            assertThat(KvResult.read(result)).contains(new KvResult.Malformed());
        }
        assertThat(names(new byte[0])).isEmpty();
    }
}
