package dev.bft.service.kv;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.bft.fuzz.Bounds;
import dev.bft.fuzz.Pieces;
import dev.bft.service.Call;
import dev.bft.service.ReadOnlyState;
import dev.bft.service.Service;
import dev.bft.state.PagedState;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as operations of a store: each has a result, the same at every replica, and no page is lost. */
@Timeout(60)
final class KeyValueFuzz {
    private static final Bounds PARSING = new Bounds(64 << 10, 64);
    private static final Call CALL = new Call(1000, 1, new byte[0]);
    private static final int PAGES = 24;
    private static final int OPERATIONS_MAX = 200;

    private final KeyValueService service = new KeyValueService();

    static Stream<byte[]> seeds() {
        byte[] a = ascii("a");
        byte[] b = ascii("b");
        byte[] longest = ascii("k".repeat(KvOperation.KEY_MAX));
        byte[] chained = new byte[9000];
        List<KvOperation> all = List.of(
                new KvOperation.Put(a, chained),
                new KvOperation.Put(longest, b),
                new KvOperation.Put(b, new byte[0]),
                new KvOperation.Get(a),
                new KvOperation.Cas(b, new byte[0], chained),
                new KvOperation.Cas(a, b, a),
                new KvOperation.List(new byte[0], new byte[0], 2),
                new KvOperation.List(ascii("k"), a, KvOperation.LIST_MAX),
                new KvOperation.Delete(longest),
                new KvOperation.Delete(longest));
        byte[] fields = new byte[4 * KvOperation.LIST_MAX + 5];
        return Stream.of(
                Pieces.join(all.stream().map(KvOperation::toBytes).toList()),
                full(),
                Pieces.join(List.of(fields, new byte[] {1, -1, -1, -1, -1}, new byte[] {2}, new byte[0])));
    }

    private static byte[] full() {
        return Pieces.join(Stream.iterate(0, i -> i + 1)
                .limit(40)
                .map(i -> new KvOperation.Put(ascii("key" + i % 13), new byte[700 * i % 9000]).toBytes())
                .toList());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyOperationHasOneResultAndLosesNoPage(byte[] input) {
        List<byte[]> operations = Pieces.of(input);
        if (operations.size() > OPERATIONS_MAX) {
            return;
        }
        PagedState one = store();
        PagedState other = store();
        for (byte[] operation : operations) {
            Optional<KvOperation> parsed = PARSING.within(operation.length, () -> KvOperation.read(operation));
            parsed.ifPresent(p -> assertThat(p.toBytes()).isEqualTo(operation));
            Optional<byte[]> read = service.read(1000, operation, new ReadOnlyState(one.service()));
            byte[] result = service.execute(CALL, operation, one.service());
            assertThat(result).hasSizeLessThanOrEqualTo(Service.RESULT_MAX);
            assertThat(service.execute(CALL, operation, other.service())).isEqualTo(result);
            assertThat(KvResult.read(result)).isPresent();
            read.ifPresent(answer -> assertThat(answer).isEqualTo(result));
            assertThat(read.isPresent())
                    .isEqualTo(parsed.filter(KvOperation::reads).isPresent());
        }
        Pages.check(one.service());
        one.fold(1);
        other.fold(1);
        assertThat(one.recompute(1)).isEqualTo(other.recompute(1));
    }

    private PagedState store() {
        PagedState pages = new PagedState((page, target) -> Arrays.fill(target, (byte) 0), 1, PAGES);
        pages.reformat();
        service.format(pages.service());
        pages.fold(0);
        return pages;
    }
}
