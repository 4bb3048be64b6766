package dev.bft.watchdog.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bft.keystore.BadBytesException;
import dev.bft.keystore.ByteWriter;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class AuditRecordTest {

    private static final String GOLDEN = "01" // version
            + "00000002" // replica
            + "0000000000000076" // index 118
            + "0000019aafd13a00" // wall clock
            + "00000004626f6f74" // "boot"
            + "00" // no claim
            + "00000002" // fields
            + "00000008626f6f742d736571" // "boot-seq"
            + "000000023132" // "12"
            + "000000047469636b" // "tick"
            + "0000000133" // "3"
            + "ab".repeat(32); // previous

    private static final String GOLDEN_HASH = "258dac5e6ffc3f6a7684c6a34fbe42cc7192eb4c93203bc3cb8e3c6412e8f2b8";

    @Test
    void bytesOfARecordNeverChange() {
        AuditRecord record = boot();
        assertThat(HexFormat.of().formatHex(record.encode())).isEqualTo(GOLDEN);
        assertThat(record.hash().hex()).isEqualTo(GOLDEN_HASH);
    }

    @Test
    void bytesOfARecordAreReadBackAsTheRecord() throws BadBytesException {
        assertThat(AuditRecord.decode(HexFormat.of().parseHex(GOLDEN))).isEqualTo(boot());
    }

    @Test
    void everyOtherWayToWriteARecordIsRefused() {
        byte[] golden = HexFormat.of().parseHex(GOLDEN);
        assertRefused(GOLDEN + "00");
        assertRefused(GOLDEN.substring(2));
        assertRefused("02" + GOLDEN.substring(2));
        assertRefused(GOLDEN.replace("626f6f7400", "626f6f7402"));
        assertRefused(GOLDEN.replace("626f6f7400", "426f6f7400"));
        assertRefused(GOLDEN.replace("626f6f742d736571", "7a6f6f742d736571"));
        assertRefused(GOLDEN.replace("00000002000000086", "7fffffff000000086"));
        for (int length = 0; length < golden.length; length++) {
            assertRefused(GOLDEN.substring(0, 2 * length));
        }
    }

    @Test
    void whateverIsReadIsWrittenTheSame() {
        Random random = new Random(7);
        byte[] golden = HexFormat.of().parseHex(GOLDEN);
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = golden.clone();
            for (int k = 0; k <= i % 3; k++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(AuditRecord.decode(bytes).encode()).isEqualTo(bytes);
                read++;
            } catch (BadBytesException e) {
                assertThat(e).hasMessageNotContaining("null");
            }
        }
        assertThat(read).isPositive();
    }

    @Test
    void whatIsTooLongIsCutAndNothingIsRefused() throws BadBytesException {
        TreeMap<String, String> fields = new TreeMap<>();
        for (int i = 0; i < 100; i++) {
            fields.put("Näme " + i + "x".repeat(100), "ü".repeat(5000) + "\ud800");
        }
        AuditRecord record = new AuditRecord(1, 1, 1, "Kind of " + "x".repeat(100), true, fields, AuditHash.NONE);
        assertThat(record.kind()).isEqualTo("kind-of-" + "x".repeat(24));
        assertThat(record.fields()).hasSizeBetween(1, AuditText.FIELDS_MAX);
        assertThat(record.fields().values()).allSatisfy(value -> assertThat(value.getBytes(StandardCharsets.UTF_8))
                .hasSize(AuditText.VALUE_BYTES_MAX));
        assertThat(AuditRecord.decode(record.encode())).isEqualTo(record);
        assertThat(record.encode()).hasSizeLessThan(AuditText.RECORD_BYTES_MAX);
    }

    @Test
    void largestRecordStaysBelowTheBound() {
        TreeMap<String, String> fields = new TreeMap<>();
        for (int i = 0; i < AuditText.FIELDS_MAX; i++) {
            fields.put("x".repeat(AuditText.NAME_CHARS_MAX - 2) + (10 + i), "y".repeat(AuditText.VALUE_BYTES_MAX));
        }
        AuditRecord record = new AuditRecord(1, 1, 1, "k".repeat(32), true, fields, AuditHash.NONE);
        assertThat(record.fields()).isEqualTo(fields);
        assertThat(record.encode()).hasSizeLessThan(AuditText.RECORD_BYTES_MAX);
    }

    @Test
    void hostileTextCannotMoveTheCursor() {
        Map<String, String> fields = Map.of("text", "\u001b[2Jgone\n2026 replica 1 #9 \u202eready\u0007");
        AuditLine line = new AuditLine.Entry(
                new AuditRecord(1, 1, 0, "alarm", true, new TreeMap<>(fields), AuditHash.NONE), true);
        assertThat(line.text())
                .isEqualTo(
                        "1970-01-01T00:00:00Z  replica 1  #1  alarm"
                                + " text=\"\\u001b[2Jgone\\u000a2026 replica 1 #9 \\u202eready\\u0007\"  (said by the replica)");
        assertThat(line.json())
                .contains("\"fields\":{\"text\":\"\\u001b[2Jgone\\u000a2026 replica 1 #9 \\u202eready\\u0007\"}");
    }

    @Test
    void jsonOfARecordHasTheseMembers() {
        assertThat(new AuditLine.Entry(boot(), true).json())
                .isEqualTo(
                        "{\"v\":1,\"replica\":2,\"index\":118,\"time\":\"2025-11-23T08:25:16.032Z\",\"kind\":\"boot\","
                                + "\"claim\":false,\"fields\":{\"boot-seq\":\"12\",\"tick\":\"3\"},\"hash\":\""
                                + GOLDEN_HASH + "\",\"confirmed\":true}");
        assertThat(new AuditLine.Finding(2, 118, "it is missing").json())
                .isEqualTo("{\"v\":1,\"replica\":2,\"index\":118,\"finding\":\"it is missing\"}");
    }

    @Test
    void textThatIsNoKindOrNameBecomesOne() throws BadBytesException {
        for (String kind : new String[] {"", "9", "-", "ÄÖ", "view change", "A".repeat(99), "\u0130"}) {
            AuditRecord record =
                    new AuditRecord(0, 1, 0, kind, true, new TreeMap<>(Map.of(kind, kind)), AuditHash.NONE);
            assertThat(AuditRecord.decode(record.encode())).isEqualTo(record);
        }
        assertThat(AuditKind.all()).allMatch(AuditText::isKind);
    }

    private static void assertRefused(String hex) {
        assertThatThrownBy(() -> AuditRecord.decode(HexFormat.of().parseHex(hex)))
                .isInstanceOf(BadBytesException.class);
    }

    private static AuditRecord boot() {
        AuditHash previous = AuditHash.read(HexFormat.of().parseHex("ab".repeat(32)));
        TreeMap<String, String> fields = new TreeMap<>(Map.of("boot-seq", "12", "tick", "3"));
        return new AuditRecord(2, 118, 0x19aafd13a00L, AuditKind.BOOT, false, fields, previous);
    }

    @Test
    void sizeIsBoundedBeforeAnythingIsRead() {
        byte[] huge = new ByteWriter()
                .u8(1)
                .i32(1)
                .i64(1)
                .i64(1)
                .i32(Integer.MAX_VALUE)
                .fixed(new byte[64])
                .toBytes();
        assertThatThrownBy(() -> AuditRecord.decode(huge)).isInstanceOf(BadBytesException.class);
    }
}
