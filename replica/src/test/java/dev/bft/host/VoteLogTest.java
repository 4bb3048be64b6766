package dev.bft.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VoteLogTest {
    private static final Owner ME = new Owner(new byte[16], 2);

    @TempDir
    private Path path;

    private static byte[] record(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> texts(List<byte[]> records) {
        return records.stream().map(r -> new String(r, StandardCharsets.UTF_8)).toList();
    }

    private static VoteLog log(Path folder) {
        return new VoteLog(new Directory(folder), ME, 7);
    }

    private static SegmentReader.Contents contents(Path folder) throws IOException, ForeignFileException {
        try (VoteLog log = log(folder)) {
            return log.load();
        }
    }

    private Path votes() {
        return path.resolve(VoteLog.FILE);
    }

    /** A log with three records in three blocks. */
    private void writeThree() throws IOException {
        try (VoteLog log = log(path)) {
            log.replace(5, false, List.of());
            log.append(List.of(record("one")));
            log.append(List.of(record("two")));
            log.append(List.of(record("three")));
        }
    }

    @Test
    void whatWasAppendedIsReadBackInOrder() throws Exception {
        writeThree();
        SegmentReader.Contents found = contents(path);
        assertThat(found.fault()).isEmpty();
        assertThat(texts(found.records())).containsExactly("one", "two", "three");
        assertThat(found.head().orElseThrow().tick()).isEqualTo(5);
        assertThat(found.head().orElseThrow().boot()).isEqualTo(7);
        assertThat(found.head().orElseThrow().owner()).isEqualTo(ME);
    }

    @Test
    void aLogGoesOnAfterItWasLoaded() throws Exception {
        writeThree();
        try (VoteLog log = log(path)) {
            log.load();
            log.append(List.of(record("four"), record("five")));
        }
        assertThat(texts(contents(path).records())).containsExactly("one", "two", "three", "four", "five");
    }

    @Test
    void aNewSegmentHoldsItsRecordsAndNothingOlder() throws Exception {
        writeThree();
        try (VoteLog log = log(path)) {
            log.load();
            log.replace(6, false, List.of(record("kept")));
            log.append(List.of(record("next")));
        }
        SegmentReader.Contents found = contents(path);
        assertThat(texts(found.records())).containsExactly("kept", "next");
        assertThat(found.head().orElseThrow().tick()).isEqualTo(6);
        assertThat(path.resolve(VoteLog.NEW_FILE)).doesNotExist();
    }

    @Test
    void longRecordsAreSpreadOverBlocks() throws Exception {
        List<byte[]> records = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            records.add(new byte[700_000 + i]);
        }
        try (VoteLog log = log(path)) {
            log.replace(0, false, records);
            log.append(records);
        }
        SegmentReader.Contents found = contents(path);
        assertThat(found.fault()).isEmpty();
        assertThat(found.records()).hasSize(10);
        assertThat(found.records().get(9)).hasSize(700_004);
    }

    @Test
    void aMissingLogIsAFault() throws Exception {
        assertThat(contents(path).fault()).contains("it is missing");
    }

    @Test
    void whereverTheLastBlockIsCutItIsATornTailAndAllBeforeItStands() throws Exception {
        writeThree();
        byte[] whole = Files.readAllBytes(votes());
        long end = contents(path).end();
        int last = (int) end - Block.HEADER - Integer.BYTES - 5;
        for (int cut = last; cut < end; cut++) {
            Files.write(votes(), java.util.Arrays.copyOf(whole, cut));
            SegmentReader.Contents found = contents(path);
            assertThat(found.fault()).as("cut at %d", cut).isEmpty();
            assertThat(texts(found.records())).containsExactly("one", "two");
        }
    }

    @Test
    void aBitFlippedAnywhereBeforeTheLastBlockIsAFault() throws Exception {
        writeThree();
        byte[] whole = Files.readAllBytes(votes());
        int last = (int) contents(path).end() - Block.HEADER - Integer.BYTES - 5;
        for (int at = 0; at < last; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 0x10;
            Files.write(votes(), flipped);
            assertThat(contents(path).fault()).as("byte %d", at).isNotEmpty();
        }
    }

    @Test
    void aBreakInWhatANewSegmentBeganWithIsAFaultEvenAtItsEnd() throws Exception {
        try (VoteLog log = log(path)) {
            log.replace(5, false, List.of(record("kept")));
        }
        byte[] whole = Files.readAllBytes(votes());
        whole[(int) contents(path).end() - 1] ^= 1;
        Files.write(votes(), whole);
        assertThat(contents(path).fault().orElseThrow()).contains("on disk when it began");
    }

    @Test
    void aBlockOfAnotherSegmentDoesNotCountAsALaterBlock() throws Exception {
        writeThree();
        byte[] other = Files.readAllBytes(votes());
        writeThree();
        byte[] whole = Files.readAllBytes(votes());
        int end = (int) contents(path).end();
        System.arraycopy(other, 0, whole, end + 100, end);
        Files.write(votes(), whole);
        SegmentReader.Contents found = contents(path);
        assertThat(found.fault()).isEmpty();
        assertThat(found.records()).hasSize(3);
    }

    @Test
    void blocksInAnotherOrderBreakTheChain() throws Exception {
        writeThree();
        byte[] whole = Files.readAllBytes(votes());
        int size = Block.HEADER + Integer.BYTES + 3;
        int two = (int) contents(path).end() - (size + 2) - size;
        byte[] swapped = whole.clone();
        System.arraycopy(whole, two, swapped, two - size, size);
        System.arraycopy(whole, two - size, swapped, two, size);
        Files.write(votes(), swapped);
        assertThat(contents(path).fault().orElseThrow()).contains("chain");
    }

    @Test
    void randomBytesAreAFaultOrATornTailAndNothingElse() throws Exception {
        List<String> all = List.of("one", "two", "three");
        Random random = new Random(3);
        writeThree();
        byte[] whole = Files.readAllBytes(votes());
        for (int i = 0; i < 500; i++) {
            byte[] junk = whole.clone();
            byte[] some = new byte[1 + random.nextInt(60)];
            random.nextBytes(some);
            System.arraycopy(some, 0, junk, random.nextInt(300), some.length);
            Files.write(votes(), i % 2 == 0 ? junk : some);
            SegmentReader.Contents found = contents(path);
            assertThat(found.fault().isPresent()
                            || all.subList(0, found.records().size()).equals(texts(found.records())))
                    .as("try %d", i)
                    .isTrue();
        }
    }

    @Test
    void anotherReplicasLogIsRefusedWithWhatToDo() throws Exception {
        writeThree();
        VoteLog other = new VoteLog(new Directory(path), new Owner(new byte[16], 3), 1);
        assertThatThrownBy(other::load)
                .isInstanceOf(ForeignFileException.class)
                .hasMessageContaining("replica 2")
                .hasMessageContaining("replica 3");
    }

    @Test
    void aLogOfALaterVersionIsRefusedWithWhatToDo() throws Exception {
        writeThree();
        byte[] whole = Files.readAllBytes(votes());
        System.arraycopy(Segment.prefix(2), 0, whole, 0, Segment.PREFIX);
        Files.write(votes(), whole);
        assertThatThrownBy(() -> contents(path))
                .isInstanceOf(ForeignFileException.class)
                .hasMessageContaining("version 2");
    }

    @Test
    void aRemovedLogIsMissing() throws Exception {
        writeThree();
        try (VoteLog log = log(path)) {
            log.load();
            log.remove();
        }
        assertThat(contents(path).fault()).contains("it is missing");
    }

    @Test
    void noCrashLosesWhatWasPromisedOrShowsWhatWasNotSaid(@TempDir Path scratch) throws Exception {
        RecordedFolder folder = new RecordedFolder(path);
        List<List<String>> states = new ArrayList<>();
        try (VoteLog log = new VoteLog(folder, ME, 1)) {
            log.replace(0, true, List.of());
            CrashPoints points = new CrashPoints(folder, scratch);
            states.add(List.of());
            append(log, points, states, List.of("a"));
            append(log, points, states, List.of("b", "c".repeat(3000), "d"));
            log.replace(1, false, List.of(record("b"), record("d")));
            points.called();
            states.add(List.of("b", "d"));
            append(log, points, states, List.of("e".repeat(70_000)));
            append(log, points, states, List.of("f"));
            // Beyond the zeros that a segment begins with.
            append(log, points, states, List.of("g".repeat(200_000)));
            append(log, points, states, List.of("h"));
            int crashes = points.each((left, done, crash) -> {
                SegmentReader.Contents found = contents(left);
                assertThat(found.fault()).as(crash).isEmpty();
                assertThat(texts(found.records()))
                        .as(crash)
                        .isIn(states.subList(done, Math.min(done + 2, states.size())));
            });
            assertThat(crashes).isGreaterThan(300);
        }
    }

    private static void append(VoteLog log, CrashPoints points, List<List<String>> states, List<String> texts)
            throws IOException {
        log.append(texts.stream().map(VoteLogTest::record).toList());
        points.called();
        List<String> next = new ArrayList<>(states.get(states.size() - 1));
        next.addAll(texts);
        states.add(next);
    }
}
