package dev.bft.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bft.state.CheckpointImage;
import dev.bft.wire.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a boot makes of a state folder. */
final class StorageTest {
    private static final Owner ME = new Owner(new byte[16], 1);

    @TempDir
    private Path path;

    @BeforeEach
    void create() throws Exception {
        StateFiles.create(path, ME.cluster(), 1);
    }

    private Storage open(long tick) throws Exception {
        return Storage.open(new Directory(path), boot(tick));
    }

    private static Storage.Boot boot(long tick) {
        return boot(tick, tick);
    }

    private static Storage.Boot boot(long tick, long tickBefore) {
        return new Storage.Boot(ME, 1, new Storage.Ticks(tick, tickBefore), 10, true);
    }

    /** The folder as keygen left it, and whatever is done in it from now on. */
    private RecordedFolder recorded() throws Exception {
        RecordedFolder folder = new RecordedFolder(path);
        folder.adopt(VoteLog.FILE, Files.readAllBytes(path.resolve(VoteLog.FILE)));
        return folder;
    }

    private static byte[] record() {
        return "vote".getBytes(StandardCharsets.UTF_8);
    }

    private void vote() throws Exception {
        try (Storage storage = open(0)) {
            storage.votes().append(List.of(record()));
        }
    }

    @Test
    void aNewFolderIsIntactAndHoldsNothing() throws Exception {
        try (Storage storage = open(0)) {
            assertThat(storage.saved().intact()).isTrue();
            assertThat(storage.saved().records()).isEmpty();
            assertThat(storage.saved().seqno()).isZero();
            assertThat(storage.faults()).isEmpty();
        }
    }

    @Test
    void aRestartWithTheSameTickIsIntact() throws Exception {
        vote();
        try (Storage storage = open(0)) {
            assertThat(storage.saved().intact()).isTrue();
            assertThat(storage.saved().records()).containsExactly(record());
        }
    }

    @Test
    void aLogOfAnotherTickIsAmnesiaForTheTickOfThisBoot() throws Exception {
        vote();
        try (Storage storage = open(1)) {
            assertThat(storage.saved().intact()).isFalse();
            assertThat(storage.saved().tick()).isEqualTo(1);
            assertThat(storage.faults()).containsExactly("votes: of another tick than 1");
        }
    }

    @Test
    void aLogOfTheTickBeforeCountsWhileASaveIsOpenAndThenNeverAgain() throws Exception {
        vote();
        byte[] old = Files.readAllBytes(path.resolve(VoteLog.FILE));
        try (Storage storage = Storage.open(new Directory(path), boot(1, 0))) {
            assertThat(storage.faults()).isEmpty();
            assertThat(storage.saved().intact()).isTrue();
            assertThat(storage.saved().tick()).isEqualTo(1);
            assertThat(storage.saved().records()).containsExactly(record());
            storage.votes().append(List.of(record()));
        }
        try (Storage storage = open(1)) {
            assertThat(storage.saved().intact()).isTrue();
            assertThat(storage.saved().records()).containsExactly(record(), record());
        }
        Files.write(path.resolve(VoteLog.FILE), old);
        try (Storage storage = open(1)) {
            assertThat(storage.saved().intact()).isFalse();
        }
    }

    @Test
    void aLogThatWasSavedForThisTickCountsWhileTheSaveIsOpen() throws Exception {
        try (Storage storage = open(0)) {
            storage.votes().replace(1, false, List.of(record()));
        }
        try (Storage storage = Storage.open(new Directory(path), boot(1, 0))) {
            assertThat(storage.saved().intact()).isTrue();
            assertThat(storage.saved().records()).containsExactly(record());
        }
    }

    @Test
    void aLogOlderThanTheTickBeforeIsAmnesia() throws Exception {
        vote();
        try (Storage storage = Storage.open(new Directory(path), boot(2, 1))) {
            assertThat(storage.saved().intact()).isFalse();
            assertThat(storage.faults()).containsExactly("votes: of another tick than 2");
        }
    }

    @Test
    void everyCrashWhileALogIsBoundToTheNextTickLeavesIt(@TempDir Path scratch) throws Exception {
        RecordedFolder folder = recorded();
        try (Storage storage = Storage.open(folder, boot(0))) {
            storage.votes().append(List.of(record()));
        }
        CrashPoints points = new CrashPoints(folder, scratch);
        Storage.open(folder, boot(1, 0)).close();
        points.called();
        int crashes = points.each((left, done, crash) -> {
            try (Storage storage = Storage.open(new Directory(left), done == 0 ? boot(1, 0) : boot(1))) {
                assertThat(storage.faults()).as(crash).isEmpty();
                assertThat(storage.saved().intact()).as(crash).isTrue();
                assertThat(storage.saved().records()).as(crash).containsExactly(record());
            }
        });
        assertThat(crashes).isGreaterThan(30);
    }

    @Test
    void aMissingLogIsAmnesiaEvenIfAllElseIsMissingToo() throws Exception {
        Files.delete(path.resolve(VoteLog.FILE));
        try (Storage storage = open(0)) {
            assertThat(storage.saved().intact()).isFalse();
            assertThat(storage.faults()).contains("votes: it is missing");
        }
    }

    @Test
    void aStateLostBesideVotesIsAmnesia() throws Exception {
        vote();
        Files.delete(path.resolve(StateFile.FILE));
        try (Storage storage = open(0)) {
            assertThat(storage.saved().intact()).isFalse();
            assertThat(storage.faults()).containsExactly("state: it is missing");
        }
    }

    @Test
    void aDamagedLogIsPutAsideAndAnotherBegun() throws Exception {
        vote();
        byte[] bytes = Files.readAllBytes(path.resolve(VoteLog.FILE));
        bytes[40] ^= 1;
        Files.write(path.resolve(VoteLog.FILE), bytes);
        try (Storage storage = open(0)) {
            assertThat(storage.saved().intact()).isFalse();
            storage.votes().replace(0, false, List.of(record()));
        }
        assertThat(path.resolve(VoteLog.BROKEN_FILE)).hasBinaryContent(bytes);
        try (Storage storage = open(0)) {
            assertThat(storage.saved().intact()).isTrue();
        }
    }

    @Test
    void everyCrashOfTheFirstStartLeavesTheVotesOfTheNextOne(@TempDir Path scratch) throws Exception {
        RecordedFolder folder = recorded();
        CrashPoints points = new CrashPoints(folder, scratch);
        Storage.open(folder, boot(0)).close();
        points.called();
        int crashes = points.each((left, done, crash) -> {
            try (Storage storage = Storage.open(new Directory(left), boot(0))) {
                assertThat(storage.saved().intact()).as(crash).isTrue();
                storage.votes().append(List.of(record()));
            }
            try (Storage storage = Storage.open(new Directory(left), boot(0))) {
                assertThat(storage.faults()).as(crash).isEmpty();
                assertThat(storage.saved().intact()).as(crash).isTrue();
                assertThat(storage.saved().records()).as(crash).containsExactly(record());
            }
        });
        assertThat(crashes).isGreaterThan(30);
    }

    @Test
    void aStateWhoseNameAKilledProcessDidNotSyncIsThereBesideVotes(@TempDir Path left) throws Exception {
        RecordedFolder folder = recorded();
        assertThatThrownBy(() -> Storage.open(new KilledAtSync(folder), boot(0)))
                .hasMessage(KilledAtSync.WHY);
        try (Storage storage = Storage.open(folder, boot(0))) {
            storage.votes().append(List.of(record()));
        }
        folder.crash(folder.stepCount(), new RecordedFolder.All(), left);
        assertHolds(left, record());
    }

    @Test
    void aLogWhoseNameAKilledProcessDidNotSyncLosesNoVote(@TempDir Path left) throws Exception {
        RecordedFolder folder = recorded();
        Storage.open(folder, boot(0)).close();
        try (VoteLog votes = new VoteLog(new KilledAtSync(folder), ME, 1)) {
            votes.load();
            assertThatThrownBy(() -> votes.replace(0, false, List.of(record()))).hasMessage(KilledAtSync.WHY);
        }
        try (Storage storage = Storage.open(folder, boot(0))) {
            storage.votes().append(List.of(record()));
        }
        folder.crash(folder.stepCount(), new RecordedFolder.All(), left);
        assertHolds(left, record(), record());
    }

    private static void assertHolds(Path left, byte[]... records) throws Exception {
        try (Storage storage = Storage.open(new Directory(left), boot(0))) {
            assertThat(storage.faults()).isEmpty();
            assertThat(storage.saved().intact()).isTrue();
            assertThat(storage.saved().records()).containsExactly(records);
        }
    }

    /** A folder whose process is killed before it syncs the names. */
    private record KilledAtSync(Folder folder) implements Folder {
        static final String WHY = "killed";

        @Override
        public boolean has(String name) {
            return folder.has(name);
        }

        @Override
        public FileChannel open(String name) throws IOException {
            return folder.open(name);
        }

        @Override
        public void rename(String from, String to) throws IOException {
            folder.rename(from, to);
        }

        @Override
        public void remove(String name) throws IOException {
            folder.remove(name);
        }

        @Override
        public void sync() throws IOException {
            throw new IOException(WHY);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {VoteLog.FILE, StateFile.FILE, Journal.FILE})
    void junkInAFileIsNeverMoreThanAFault(String name) throws Exception {
        vote();
        try (Storage storage = open(0)) {
            storage.state().install(new CheckpointImage(128, Digest.ZERO, true, List.of()), true);
        }
        Random random = new Random(11);
        for (int i = 0; i < 50; i++) {
            byte[] junk = new byte[random.nextInt(5000)];
            random.nextBytes(junk);
            Files.write(path.resolve(name), junk);
            try (Storage storage = open(0)) {
                boolean harmless = name.equals(Journal.FILE);
                assertThat(storage.saved().intact()).isEqualTo(harmless);
                assertThat(storage.saved().seqno()).isEqualTo(name.equals(StateFile.FILE) ? 0 : 128);
            }
        }
    }
}
