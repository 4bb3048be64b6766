package dev.bft.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bft.state.CheckpointImage;
import dev.bft.state.CheckpointImage.Page;
import dev.bft.wire.Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StateFileTest {
    private static final byte[] CLUSTER = new byte[16];
    private static final int PAGES = 210;

    @TempDir
    private Path path;

    private static StateFile open(Path folder) throws Exception {
        return StateFile.open(new Directory(folder), CLUSTER, PAGES, false);
    }

    private static CheckpointImage image(long seqno, int... pages) {
        List<Page> changed = new ArrayList<>();
        for (int page : pages) {
            changed.add(new Page(page, content(seqno)));
        }
        return new CheckpointImage(seqno, digest(seqno), true, changed);
    }

    private static byte[] content(long seqno) {
        byte[] bytes = new byte[4096];
        Arrays.fill(bytes, (byte) seqno);
        return bytes;
    }

    private static Digest digest(long seqno) {
        return Digest.of(new byte[] {(byte) seqno});
    }

    private static byte read(StateFile state, int page) {
        byte[] target = new byte[4096];
        state.read(page, target);
        for (byte b : target) {
            assertThat(b).isEqualTo(target[0]);
        }
        return target[0];
    }

    @Test
    void aNewStateIsZeroAndSparse() throws Exception {
        try (StateFile state = open(path)) {
            assertThat(read(state, 0)).isZero();
            assertThat(read(state, PAGES - 1)).isZero();
            assertThat(state.head().seqno()).isZero();
            assertThat(state.fault()).contains("it is missing");
        }
        try (StateFile state = open(path)) {
            assertThat(state.fault()).isEmpty();
        }
    }

    @Test
    void anInstalledCheckpointIsReadAtOnceAndAfterARestart() throws Exception {
        try (StateFile state = open(path)) {
            state.install(image(128, 0, 1, 2, 17, PAGES - 1), true);
            state.install(image(256, 1, 18), true);
            assertThat(read(state, 18)).isEqualTo((byte) 256);
            assertThat(read(state, 17)).isEqualTo((byte) 128);
        }
        try (StateFile state = open(path)) {
            assertThat(read(state, 0)).isEqualTo((byte) 128);
            assertThat(read(state, PAGES - 1)).isEqualTo((byte) 128);
            assertThat(read(state, 3)).isZero();
            assertThat(state.head().seqno()).isEqualTo(256);
            assertThat(state.head().digest()).isEqualTo(digest(256));
            assertThat(state.head().stable()).isTrue();
        }
    }

    @Test
    void aDamagedHeadIsReportedAndNothingIsClaimed() throws Exception {
        try (StateFile state = open(path)) {
            state.install(image(128, 1), true);
        }
        byte[] whole = Files.readAllBytes(path.resolve(StateFile.FILE));
        for (int at = 0; at < FileHead.BYTES; at += 3) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 4;
            Files.write(path.resolve(StateFile.FILE), damaged);
            try (StateFile state = open(path)) {
                assertThat(state.fault()).isNotEmpty();
                assertThat(state.head().seqno()).isZero();
                assertThat(state.head().digest()).isEqualTo(Digest.ZERO);
            }
        }
    }

    @Test
    void aStateCutShortIsStillReadable() throws Exception {
        open(path).close();
        Files.write(path.resolve(StateFile.FILE), new byte[] {1, 2, 3});
        try (StateFile state = open(path)) {
            assertThat(read(state, PAGES - 1)).isZero();
            assertThat(state.fault()).isNotEmpty();
        }
    }

    @Test
    void aStateOfAnotherSizeIsRefusedWithWhatToDo() throws Exception {
        open(path).close();
        assertThatThrownBy(() -> StateFile.open(new Directory(path), CLUSTER, PAGES + 1, false))
                .isInstanceOf(ForeignFileException.class)
                .hasMessageContaining("210 pages")
                .hasMessageContaining("211");
    }

    @Test
    void aStateOfAnotherClusterIsRefused() throws Exception {
        open(path).close();
        byte[] other = new byte[16];
        other[0] = 1;
        assertThatThrownBy(() -> StateFile.open(new Directory(path), other, PAGES, false))
                .isInstanceOf(ForeignFileException.class)
                .hasMessageContaining("another cluster");
    }

    @Test
    void aStateOfALaterVersionIsRefusedWithWhatToDo() throws Exception {
        open(path).close();
        byte[] whole = Files.readAllBytes(path.resolve(StateFile.FILE));
        whole[11] = 3;
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(whole, 0, FileHead.BYTES - 4);
        java.nio.ByteBuffer.wrap(whole).putInt(FileHead.BYTES - 4, (int) crc.getValue());
        Files.write(path.resolve(StateFile.FILE), whole);
        assertThatThrownBy(() -> open(path))
                .isInstanceOf(ForeignFileException.class)
                .hasMessageContaining("version 3");
    }

    @Test
    void aHostileJournalIsDropped() throws Exception {
        try (StateFile state = open(path)) {
            state.install(image(128, 1), true);
        }
        java.util.Random random = new java.util.Random(9);
        for (int i = 0; i < 200; i++) {
            byte[] junk = new byte[random.nextInt(9000)];
            random.nextBytes(junk);
            byte[] head = new FileHead(
                            FileHead.Kind.JOURNAL, CLUSTER, PAGES, 256, Digest.ZERO, true, random.nextInt() >>> i % 32)
                    .toBytes();
            System.arraycopy(head, 0, junk, 0, i % 2 == 0 ? Math.min(junk.length, head.length) : 0);
            Files.write(path.resolve(Journal.FILE), junk);
            try (StateFile state = open(path)) {
                assertThat(state.head().seqno()).isEqualTo(128);
            }
        }
    }

    @Test
    void everyCrashLeavesOneCheckpointWhole(@TempDir Path scratch) throws Exception {
        RecordedFolder folder = new RecordedFolder(path);
        try (StateFile state = StateFile.open(folder, CLUSTER, PAGES, false)) {
            CrashPoints points = new CrashPoints(folder, scratch);
            state.install(image(10, 0, 1, 2, 100), true);
            points.called();
            state.install(image(20, 1, 2, 3, 4, 5, 200), true);
            points.called();
            state.install(image(30, 2), true);
            points.called();
            byte[][] bytes = {
                {0, 0, 0, 0, 0, 0, 0},
                {10, 10, 10, 0, 0, 10, 0},
                {10, 20, 20, 20, 20, 10, 20},
                {10, 20, 30, 20, 20, 10, 20}
            };
            int crashes = points.each((left, done, crash) -> {
                try (StateFile found = open(left)) {
                    int at = (int) found.head().seqno() / 10;
                    assertThat(found.fault()).as(crash).isEmpty();
                    assertThat(at).as(crash).isBetween(done, done + 1);
                    byte[] seen = new byte[7];
                    int[] pages = {0, 1, 2, 3, 4, 100, 200};
                    for (int i = 0; i < 7; i++) {
                        seen[i] = read(found, pages[i]);
                    }
                    assertThat(seen).as(crash).isEqualTo(bytes[at]);
                }
            });
            assertThat(crashes).isGreaterThan(200);
        }
    }
}
