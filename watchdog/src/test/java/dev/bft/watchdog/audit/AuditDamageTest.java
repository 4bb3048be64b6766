package dev.bft.watchdog.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.keystore.ByteWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuditDamageTest {

    private static final int RECORDS = 200;
    private static final int PAGE_BYTES = 4096;

    @TempDir
    private Path home;

    private Path folder;

    @BeforeEach
    void writeALog() throws IOException {
        folder = home.resolve("audit");
        Logs.write(folder, 2, RECORDS);
    }

    @Test
    void flippedBitIsAFindingAndTheOtherRecordsAreRead() throws Exception {
        int at = placeOf(117);
        overwrite(at, new byte[] {(byte) (bytes()[at] ^ 1)});
        List<String> lines = Logs.read(folder, 2);
        assertThat(lines)
                .hasSize(RECORDS + 1)
                .containsSubsequence(
                        "#117",
                        "#118?",
                        "replica 2: record 118: the file is damaged: it does not form a chain with record 119",
                        "#119")
                .endsWith("#" + RECORDS);
        AuditVerdict verdict = AuditVerdict.of(2, folder);
        assertThat(verdict.isWhole()).isFalse();
        assertThat(verdict.records()).isEqualTo(RECORDS - 1);
        assertThat(verdict.first().orElseThrow().index()).isEqualTo(118);
    }

    @Test
    void flippedBitInTheLastRecordIsAFinding() throws Exception {
        int at = placeOf(RECORDS - 1);
        overwrite(at, new byte[] {(byte) (bytes()[at] ^ 1)});
        assertThat(Logs.read(folder, 2))
                .endsWith("replica 2: record " + RECORDS
                        + ": the file is damaged: these are not the bytes that the head names");
    }

    @Test
    void zeroedPageIsAFinding() throws Exception {
        int page = placeOf(117) / PAGE_BYTES * PAGE_BYTES;
        overwrite(page, new byte[PAGE_BYTES]);
        assertMissingUpToTheEnd(Logs.read(folder, 2));
    }

    @Test
    void cutFileIsAFinding() throws Exception {
        try (FileChannel file = FileChannel.open(queueFile(), StandardOpenOption.WRITE)) {
            file.truncate(placeOf(117));
        }
        assertMissingUpToTheEnd(Logs.read(folder, 2));
    }

    @Test
    void headerThatIsNeverFinishedIsAFinding() throws Exception {
        int header = headerOf(118);
        overwrite(header + 3, new byte[] {(byte) (bytes()[header + 3] | 0x80)});
        assertMissingUpToTheEnd(Logs.read(folder, 2));
    }

    @Test
    void lengthThatKillsTheReaderIsAFindingAndOtherLogsAreRead() throws Exception {
        overwrite(headerOf(118), new byte[] {(byte) 0xf0, (byte) 0xff, (byte) 0xff, 0x3f});
        Path other = home.resolve("other");
        Logs.write(other, 3, 2);
        List<String> lines = Logs.read(
                List.of(new AuditTail.Place(2, folder), new AuditTail.Place(3, other)), AuditQuery.EVERYTHING);
        assertThat(lines).contains("#116").anyMatch(line -> line.startsWith("replica 2: record 118: "));
        assertThat(lines.stream().filter(line -> line.matches("#[12]"))).hasSize(4);
    }

    @Test
    void everyOtherLengthIsAFinding() throws Exception {
        int header = headerOf(118);
        byte[] whole = bytes();
        for (int length : new int[] {0, 8, 70_000, 0x3fffffff}) {
            ByteBuffer little = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
            overwrite(header, little.putInt(length).array());
            assertThat(findings(Logs.read(folder, 2))).as("length %d", length).isNotEmpty();
            overwrite(0, whole);
        }
    }

    @Test
    void removedQueueIsAFinding() throws Exception {
        Files.delete(queueFile());
        assertThat(Logs.read(folder, 2)).containsExactly(missing(1));
    }

    @Test
    void emptyQueueFileIsAFinding() throws Exception {
        Files.write(queueFile(), new byte[0]);
        assertThat(findings(Logs.read(folder, 2))).hasSize(1);
    }

    @Test
    void damagedDirectoryOfTheQueueIsNoCrash() throws Exception {
        Path directory = folder.resolve("queue/metadata.cq4t");
        for (byte[] bytes : List.of(new byte[0], new byte[131072], Files.readAllBytes(queueFile()))) {
            Files.write(directory, bytes);
            assertWholeOrFound(Logs.read(folder, 2));
        }
        Files.delete(directory);
        assertWholeOrFound(Logs.read(folder, 2));
    }

    @Test
    void missingOrChangedHeadIsAFinding() throws Exception {
        Path head = folder.resolve("head");
        String text = Files.readString(head);
        Files.writeString(head, text.replace("index " + RECORDS, "index " + (RECORDS + 7)));
        assertThat(Logs.read(folder, 2)).endsWith(missing(RECORDS + 1, RECORDS + 7));
        Files.writeString(head, text.replace("index " + RECORDS, "index 100"));
        assertThat(Logs.read(folder, 2))
                .endsWith("replica 2: record 101: the head ends before it, but the file goes to record " + RECORDS);
        Files.writeString(head, "rubbish");
        assertThat(Logs.read(folder, 2))
                .containsExactly("replica 2: record 1: the head beside the file cannot confirm it: it is damaged");
        Files.delete(head);
        assertThat(Logs.read(folder, 2))
                .containsExactly("replica 2: record 1: the head beside the file cannot confirm it: it is missing");
    }

    @Test
    void logOfAnotherReplicaIsAFinding() throws Exception {
        assertThat(findings(Logs.read(folder, 3))).isNotEmpty();
    }

    @Test
    void writerSetsADamagedLogAsideAndGoesOnFromTheHead() throws Exception {
        overwrite(headerOf(118), new byte[] {(byte) 0xf0, (byte) 0xff, (byte) 0xff, 0x3f});
        try (AuditStore store = AuditStore.open(folder, 2, true)) {
            assertThat(store.findings()).first().extracting("index").isEqualTo(118L);
            Logs.append(store, 1);
        }
        assertThat(folder.resolve("queue.damaged-1")).isDirectoryContaining("glob:**.cq4");
        try (AuditTail tail = AuditTail.open(List.of(new AuditTail.Place(2, folder)), AuditQuery.EVERYTHING)) {
            List<AuditLine> lines = Logs.drain(tail);
            assertThat(lines.get(0).text()).isEqualTo(missing(1));
            assertThat(lines.get(1).text())
                    .contains("  #201  alarm ")
                    .contains("kept=queue.damaged-1")
                    .contains("first=\"replica 2: record 118: the file is damaged: ");
            assertThat(Logs.shown(lines.get(2))).isEqualTo("#202");
        }
        try (AuditStore store = AuditStore.open(folder, 2, true)) {
            assertThat(store.findings()).hasSize(1);
        }
    }

    @Test
    void randomDamageIsNeverARecordThatWasNotWritten() throws Exception {
        byte[] whole = bytes();
        List<String> written =
                IntStream.rangeClosed(1, RECORDS).mapToObj(i -> "#" + i).toList();
        for (int seed = 0; seed < 8; seed++) {
            Random random = new Random(seed);
            byte[] noise = new byte[1 + random.nextInt(300)];
            random.nextBytes(noise);
            overwrite(random.nextInt(headerOf(RECORDS) + 100), noise);
            List<String> lines = Logs.read(folder, 2);
            assertWholeOrFound(lines);
            assertThat(written).as("seed %d", seed).containsAll(confirmed(lines));
            overwrite(0, whole);
        }
    }

    private static void assertWholeOrFound(List<String> lines) {
        assertThat(confirmed(lines).size() == RECORDS || !findings(lines).isEmpty())
                .as("%s", lines)
                .isTrue();
    }

    private static void assertMissingUpToTheEnd(List<String> lines) {
        assertThat(records(lines)).hasSizeBetween(60, 118);
        assertThat(lines.get(lines.size() - 1))
                .endsWith("it and all up to record " + RECORDS + " are missing, the file was cut or damaged");
    }

    private static List<String> records(List<String> lines) {
        return lines.stream().filter(line -> line.startsWith("#")).toList();
    }

    private static List<String> confirmed(List<String> lines) {
        return lines.stream().filter(line -> line.matches("#[0-9]+")).toList();
    }

    private static List<String> findings(List<String> lines) {
        return lines.stream().filter(line -> !line.startsWith("#")).toList();
    }

    private static String missing(int from) {
        return missing(from, RECORDS);
    }

    private static String missing(int from, int to) {
        return "replica 2: record " + from + ": it and all up to record " + to
                + " are missing, the file was cut or damaged";
    }

    private Path queueFile() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("queue"))) {
            return files.filter(file -> file.toString().endsWith(".cq4"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private byte[] bytes() throws IOException {
        return Files.readAllBytes(queueFile());
    }

    private void overwrite(int at, byte[] bytes) throws IOException {
        try (FileChannel file = FileChannel.open(queueFile(), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(bytes), at);
        }
    }

    /** Where the text of the record stands that was the i-th, from 0. */
    private int placeOf(int i) throws IOException {
        byte[] text = ("record " + i).getBytes(StandardCharsets.US_ASCII);
        // From its own record on: behind "record 11" any byte may stand, such as a 7.
        return find(text, headerOf(i + 1)) + text.length - 1;
    }

    /** Where Chronicle's length of this record stands. */
    private int headerOf(int index) throws IOException {
        byte[] begin = new ByteWriter().u8(1).i32(2).i64(index).toBytes();
        return find(begin, 0) - Integer.BYTES;
    }

    private int find(byte[] wanted, int from) throws IOException {
        byte[] file = bytes();
        for (int at = from; at + wanted.length <= file.length; at++) {
            if (Arrays.equals(file, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        throw new IllegalStateException("not in the file");
    }
}
