package dev.bft.service.kv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.service.Call;
import dev.bft.service.State;
import dev.bft.state.PagedState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A store answers as an ordered map does, whatever the sizes, full or not, and loses no page. */
class KeyValueModelTest {
    private static final Call CALL = new Call(1000, 1, new byte[0]);

    private final KeyValueService service = new KeyValueService();
    private final TreeMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
    private PagedState pages = store(0);
    private Random random = new Random(0);

    private static PagedState store(int pageCount) {
        PagedState pages = new PagedState((page, target) -> Arrays.fill(target, (byte) 0), 1, pageCount);
        pages.reformat();
        return pages;
    }

    private void begin(long seed, int pageCount) {
        random = new Random(seed);
        pages = store(pageCount);
        service.format(pages.service());
        pages.fold(0);
    }

    private KvResult run(KvOperation operation) {
        byte[] result = service.execute(CALL, operation.toBytes(), pages.service());
        return KvResult.read(result).orElseThrow();
    }

    /** Few bytes to choose from, so that keys have long prefixes in common; now and then the longest of all. */
    private byte[] key(int keyMax) {
        byte[] key = new byte[1 + random.nextInt(random.nextInt(10) == 0 ? keyMax : Math.min(keyMax, 12))];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) (random.nextInt(3) * 127);
        }
        return key;
    }

    private byte[] oldOrNewKey(int keyMax) {
        if (model.isEmpty() || random.nextInt(3) == 0) {
            return key(keyMax);
        }
        byte[] near = key(keyMax);
        return Optional.ofNullable(model.ceilingKey(near)).orElse(near);
    }

    private byte[] value() {
        int dice = random.nextInt(1000);
        int max = dice < 2 ? KvOperation.VALUE_MAX + 1 : dice < 20 ? 60_000 : dice < 100 ? 5000 : 300;
        byte[] value = new byte[random.nextInt(max)];
        random.nextBytes(value);
        return value;
    }

    @ParameterizedTest
    @CsvSource({"1, 5000, 40", "2, 5000, 1024", "3, 700, 1024", "4, 300, 1024", "5, 40, 1024", "6, 600, 3"})
    void answersAsAnOrderedMapDoes(long seed, int pageCount, int keyMax) {
        begin(seed, pageCount);
        for (int i = 1; i <= 20_000; i++) {
            boolean growing = i / 2500 % 2 == 0;
            boolean undone = random.nextInt(20) == 0;
            pages.mark();
            if (undone) {
                run(new KvOperation.Put(oldOrNewKey(keyMax), value()));
                run(new KvOperation.Delete(oldOrNewKey(keyMax)));
                pages.undo();
            } else {
                operation(keyMax, growing);
                pages.release();
            }
            if (i % 200 == 0) {
                pages.fold(i);
                Pages.check(pages.service());
            }
            if (i % 1000 == 0) {
                assertEverythingIsThere();
            }
        }
        deleteAll();
    }

    private void operation(int keyMax, boolean growing) {
        int dice = random.nextInt(100);
        if (dice < (growing ? 55 : 20)) {
            put(oldOrNewKey(keyMax), value());
        } else if (dice < 75) {
            byte[] key = oldOrNewKey(keyMax);
            boolean held = model.remove(key) != null;
            assertThat(run(new KvOperation.Delete(key))).isEqualTo(held ? new KvResult.Done() : new KvResult.Absent());
        } else if (dice < 85) {
            get(oldOrNewKey(keyMax));
        } else if (dice < 95) {
            cas(oldOrNewKey(keyMax));
        } else {
            list(key(keyMax), random.nextBoolean() ? new byte[0] : key(keyMax), 1 + random.nextInt(40));
        }
    }

    private void put(byte[] key, byte[] value) {
        int free = new PageTree(pages.service()).available();
        KvResult result = run(new KvOperation.Put(key, value));
        if (result instanceof KvResult.Full) {
            assertThat(free).isLessThan(PageSpace.chainLength(value.length) + 12);
        } else {
            assertThat(result).isEqualTo(new KvResult.Done());
            model.put(key, value);
        }
    }

    private void get(byte[] key) {
        byte[] expected = model.getOrDefault(key, new byte[0]);
        KvResult result = run(new KvOperation.Get(key));
        if (result instanceof KvResult.Value found) {
            assertThat(Arrays.equals(found.value(), expected) && model.containsKey(key))
                    .isTrue();
        } else {
            assertThat(result).isEqualTo(new KvResult.Absent());
            assertThat(model.containsKey(key)).isFalse();
        }
    }

    private void cas(byte[] key) {
        byte[] held = model.getOrDefault(key, new byte[0]);
        byte[] expected = random.nextInt(3) == 0 ? new byte[] {1} : held;
        byte[] value = new byte[random.nextInt(500)];
        KvResult result = run(new KvOperation.Cas(key, expected, value));
        if (!model.containsKey(key)) {
            assertThat(result).isEqualTo(new KvResult.Absent());
        } else if (!Arrays.equals(held, expected)) {
            assertThat(result).isEqualTo(new KvResult.Mismatch());
        } else if (!(result instanceof KvResult.Full)) {
            assertThat(result).isEqualTo(new KvResult.Done());
            model.put(key, value);
        }
    }

    private void list(byte[] prefix, byte[] after, int limit) {
        List<byte[]> expected = new ArrayList<>();
        for (byte[] key : model.keySet()) {
            boolean under =
                    key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
            if (under && Arrays.compareUnsigned(key, after) > 0) {
                expected.add(key);
            }
        }
        KvResult.Keys listed = (KvResult.Keys) run(new KvOperation.List(prefix, after, limit));
        int count = Math.min(limit, expected.size());
        assertThat(listed.keys()).hasSize(count);
        assertThat(listed.more()).isEqualTo(expected.size() > limit);
        for (int i = 0; i < count; i++) {
            assertThat(Arrays.equals(listed.keys().get(i), expected.get(i))).isTrue();
        }
    }

    private void assertEverythingIsThere() {
        model.keySet().forEach(this::get);
        list(new byte[0], new byte[0], KvOperation.LIST_MAX);
    }

    private void deleteAll() {
        List<byte[]> keys = new ArrayList<>(model.keySet());
        java.util.Collections.shuffle(keys, random);
        for (byte[] key : keys) {
            assertThat(run(new KvOperation.Delete(key))).isEqualTo(new KvResult.Done());
        }
        Pages.check(pages.service());
        int total = (int) (pages.service().size() / State.PAGE_SIZE);
        assertThat(new PageTree(pages.service()).available()).isEqualTo(total - 2);
    }

    @Test
    void aFullStoreStillOverwritesShrinksAndDeletes() {
        begin(1, 50);
        byte[] key = {0, 0};
        for (int i = 0; run(new KvOperation.Put(key, new byte[1200])) instanceof KvResult.Done; i++) {
            model.put(key.clone(), new byte[1200]);
            key = new byte[] {(byte) (i >> 8), (byte) i};
        }
        assertThat(model.size()).isGreaterThan(100);
        for (byte[] held : List.copyOf(model.keySet())) {
            byte[] value = new byte[random.nextBoolean() ? 1200 : 3];
            value[0] = 7;
            assertThat(run(new KvOperation.Put(held, value))).isEqualTo(new KvResult.Done());
            model.put(held, value);
        }
        assertEverythingIsThere();
        deleteAll();
    }

    @Test
    void keysAddedInOrderFillTheirPages() {
        begin(1, 2000);
        for (int i = 0; i < 20_000; i++) {
            byte[] key = String.format("key%08d", i).getBytes(java.nio.charset.StandardCharsets.UTF_8);
            put(key, new byte[32]);
        }
        int used = 2000 - new PageTree(pages.service()).available();
        assertThat(used * (double) State.PAGE_SIZE / (20_000 * (11 + 32))).isLessThan(1.3);
    }

    @Test
    void aSmallPutWritesOnePageAndASplitFour() {
        begin(1, 2000);
        int most = 0;
        for (int i = 0; i < 20_000; i++) {
            int held = pages.overlayPages();
            pages.mark();
            byte[] key = new byte[8];
            random.nextBytes(key);
            put(key, new byte[32]);
            most = Math.max(most, pages.overlayPages() - held);
            pages.release();
            byte[] same = key;
            held = pages.overlayPages();
            pages.mark();
            put(same, new byte[32]);
            assertThat(pages.overlayPages() - held).isEqualTo(1);
            pages.release();
        }
        assertThat(most).isLessThanOrEqualTo(6);
    }

    @Test
    void theSameOperationsLeaveTheSameDigest() {
        List<Object> digests = new ArrayList<>();
        for (int times = 0; times < 2; times++) {
            model.clear();
            begin(9, 500);
            for (int i = 0; i < 5000; i++) {
                operation(200, true);
            }
            digests.add(pages.fold(1));
        }
        assertThat(digests.get(0)).isEqualTo(digests.get(1));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aCorruptStoreNeitherLoopsNorKills(long seed) {
        begin(seed, 300);
        for (int i = 0; i < 3000; i++) {
            put(key(1024), value());
        }
        int broken = 0;
        for (int i = 0; i < 3000; i++) {
            pages.mark();
            scribble();
            try {
                for (int k = 0; k < 3; k++) {
                    run(new KvOperation.Get(key(1024)));
                    run(new KvOperation.Put(key(1024), value()));
                    run(new KvOperation.Delete(key(1024)));
                    run(new KvOperation.List(new byte[0], key(1024), 1000));
                }
            } catch (IllegalStateException | IndexOutOfBoundsException e) {
                broken++;
            }
            pages.undo();
        }
        assertThat(broken).isGreaterThan(200);
        Pages.check(pages.service());
        assertEverythingIsThere();
    }

    /** Random bytes, small numbers and copies of other pages: loops among them. */
    private void scribble() {
        State state = pages.service();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            long page = (long) random.nextInt(300) * State.PAGE_SIZE;
            switch (random.nextInt(4)) {
                case 0 -> state.writeInt(page + 4L * random.nextInt(4), random.nextInt(400));
                case 1 -> state.writeInt(page + 4L * random.nextInt(1024), random.nextInt());
                case 2 -> {
                    byte[] other = new byte[State.PAGE_SIZE];
                    state.read((long) random.nextInt(300) * State.PAGE_SIZE, other, 0, other.length);
                    state.write(page, other, 0, other.length);
                }
                default -> state.writeInt(page + random.nextInt(12), random.nextInt(300) << 16);
            }
        }
    }
}
