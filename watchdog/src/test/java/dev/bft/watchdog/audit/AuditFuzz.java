package dev.bft.watchdog.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.bft.fuzz.Bounds;
import dev.bft.fuzz.Pieces;
import dev.bft.keystore.BadBytesException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as a log and its head: records with one encoding, or findings, and lines that harm no terminal. */
@Timeout(60)
final class AuditFuzz {
    private static final int REPLICA = 2;

    /** A value is cut in a buffer of the longest; a line escapes each char. */
    private static final Bounds BOUNDS = new Bounds(512 << 10, 1024);

    static Stream<byte[]> seeds() {
        TreeMap<String, String> fields = new TreeMap<>(Map.of("a", "x=\"y\"", "b.c", "\u202e\ud83d\ude80\n"));
        AuditRecord first = new AuditRecord(REPLICA, 1, 0, "boot", false, fields, AuditHash.NONE);
        AuditRecord second = new AuditRecord(REPLICA, 2, 1_760_000_000_000L, "alarm", true, fields, first.hash());
        AuditRecord far = new AuditRecord(REPLICA, 9, Long.MAX_VALUE, "x", true, new TreeMap<>(), second.hash());
        byte[] head = new AuditHead(2, second.hash()).encode(REPLICA);
        String other = new String(head, StandardCharsets.US_ASCII).replace("index 2", "index 002");
        return Stream.of(
                Pieces.join(List.of(head, first.encode(), second.encode())),
                Pieces.join(List.of(head, second.encode(), first.encode(), far.encode())),
                Pieces.join(List.of(other.getBytes(StandardCharsets.US_ASCII), first.encode(), first.encode())),
                Pieces.join(List.of(new byte[0], new byte[] {1})));
    }

    /** A head, and records. */
    @MethodSource("seeds")
    @FuzzTest
    void aLogIsRecordsOrFindings(byte[] input) {
        List<byte[]> pieces = Pieces.of(input);
        if (pieces.isEmpty()) {
            return;
        }
        List<byte[]> records = pieces.subList(1, pieces.size());
        for (byte[] bytes : records) {
            Optional<AuditRecord> record = BOUNDS.within(bytes.length, () -> record(bytes));
            record.ifPresent(r -> assertThat(r.encode()).isEqualTo(bytes));
        }
        Optional<AuditHead> head = head(pieces.get(0));
        head.ifPresent(h -> assertThat(h.encode(REPLICA)).isEqualTo(pieces.get(0)));
        for (AuditLine line : BOUNDS.within(input.length, () -> told(records, head))) {
            assertThat(line.text().chars()).allMatch(c -> c >= ' ' && c != 0x7f);
            assertThat(line.json().chars()).allMatch(c -> c >= ' ' && c <= '~');
        }
    }

    private static List<AuditLine> told(List<byte[]> records, Optional<AuditHead> head) {
        AuditChain chain = new AuditChain(REPLICA);
        List<AuditLine> told = new ArrayList<>();
        for (byte[] bytes : records) {
            chain.add(bytes);
            told.addAll(chain.take());
        }
        head.ifPresent(chain::compare);
        chain.flush();
        told.addAll(chain.take());
        return told;
    }

    private static Optional<AuditRecord> record(byte[] bytes) {
        try {
            return Optional.of(AuditRecord.decode(bytes));
        } catch (BadBytesException e) {
            return Optional.empty();
        }
    }

    private static Optional<AuditHead> head(byte[] bytes) {
        try {
            return Optional.of(AuditHead.decode(bytes, REPLICA));
        } catch (BadBytesException e) {
            return Optional.empty();
        }
    }
}
