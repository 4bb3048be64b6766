package dev.bft.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.bft.fuzz.Bounds;
import dev.bft.fuzz.Pieces;
import dev.bft.protocol.Saved;
import dev.bft.protocol.Settings;
import dev.bft.state.CheckpointImage;
import dev.bft.wire.Cluster;
import dev.bft.wire.Digest;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Out;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes in the files of a replica's folder: it boots with what fits, or tells which file is not its own. */
@Timeout(60)
final class StateFolderFuzz {
    private static final int PAGES = 3;
    private static final int PAGE = 4096;
    private static final Owner ME = new Owner(new byte[Cluster.ID_BYTES], 1);
    private static final Bounds BOUNDS = new Bounds(512 << 10, 64);

    static Stream<byte[]> heads() {
        byte[] state = head(FileHead.Kind.STATE, 128, 0).toBytes();
        byte[] journal = head(FileHead.Kind.JOURNAL, 256, 2).toBytes();
        byte[] later = state.clone();
        later[11] = 2;
        byte[] more = state.clone();
        more[100] = 1;
        return Stream.of(state, journal, later, more, new byte[FileHead.BYTES]);
    }

    private static FileHead head(FileHead.Kind kind, long seqno, int changed) {
        return new FileHead(kind, ME.cluster(), PAGES, seqno, Digest.of(new byte[] {1}), true, changed);
    }

    /** The checksum is made to fit: only what it says is tried. */
    @MethodSource("heads")
    @FuzzTest
    void aHeadHasOneEncodingOrIsDamaged(byte[] input) {
        byte[] bytes = sealed(Arrays.copyOf(input, FileHead.BYTES));
        for (FileHead.Kind kind : FileHead.Kind.values()) {
            Optional<FileHead> head = BOUNDS.within(bytes.length, () -> read(kind, bytes));
            head.ifPresent(h -> assertThat(h.toBytes()).isEqualTo(bytes));
        }
    }

    private static byte[] sealed(byte[] head) {
        CRC32C crc = new CRC32C();
        crc.update(head, 0, head.length - Integer.BYTES);
        ByteBuffer.wrap(head).putInt(head.length - Integer.BYTES, (int) crc.getValue());
        return head;
    }

    private static Optional<FileHead> read(FileHead.Kind kind, byte[] bytes) {
        try {
            return Optional.of(FileHead.read(kind, bytes));
        } catch (MalformedException | ForeignFileException e) {
            return Optional.empty();
        }
    }

    static Stream<byte[]> folders() {
        byte[] state = head(FileHead.Kind.STATE, 128, 0).toBytes();
        byte[] journal = journal(head(FileHead.Kind.JOURNAL, 256, 2), 0, 2);
        byte[] disordered = journal(head(FileHead.Kind.JOURNAL, 256, 2), 2, 0);
        byte[] votes = SealedLog.of(List.of(SealedLog.payload(List.of(SealedLog.head(0)))));
        byte[] executing =
                new Out(32).i64(0x6266_7465_7865_6301L).i64(7).i64(7).i64(1).toBytes();
        byte[] none = new byte[0];
        return Stream.of(
                folder(0, votes, state, journal, executing),
                folder(1, votes, state, journal, executing),
                folder(2, votes, state, disordered, new byte[31]),
                folder(3, votes, state, Arrays.copyOf(journal, 5000), none),
                folder(4, votes, none, none, none),
                folder(8, none, state, journal, executing));
    }

    private static byte[] folder(int flags, byte[]... files) {
        List<byte[]> pieces = new ArrayList<>(List.of(new byte[] {(byte) flags}));
        pieces.addAll(List.of(files));
        return Pieces.join(pieces);
    }

    private static byte[] journal(FileHead head, int... pages) {
        Out out = new Out(1 << 14).fixed(head.toBytes());
        for (int page : pages) {
            out.i32(page).fixed(new byte[PAGE]);
        }
        return out.i32(0).toBytes();
    }

    /** Flags, votes, state, journal, executing. The checksums of the state and the journal are made to fit. */
    @MethodSource("folders")
    @FuzzTest
    void aFolderBootsWithWhatFitsAndAgainWithTheSame(byte[] input) throws IOException {
        List<byte[]> files = Pieces.of(input);
        if (files.size() < 5 || files.get(0).length == 0) {
            return;
        }
        Path folder = Files.createTempDirectory("fuzz");
        try {
            write(folder.resolve(VoteLog.FILE), files.get(1));
            write(folder.resolve(StateFile.FILE), sealedHead(files.get(2)));
            write(folder.resolve(Journal.FILE), sealedJournal(files.get(3)));
            write(folder.resolve(ExecutionMark.FILE), files.get(4));
            mark(folder);
            boot(folder, files.get(0)[0]);
        } finally {
            try (Stream<Path> left = Files.list(folder)) {
                for (Path file : left.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        if (bytes.length > 0) {
            Files.write(file, bytes);
        }
    }

    private static byte[] sealedHead(byte[] state) {
        if (state.length >= FileHead.BYTES) {
            byte[] head = sealed(Arrays.copyOf(state, FileHead.BYTES));
            System.arraycopy(head, 0, state, 0, head.length);
        }
        return state;
    }

    private static byte[] sealedJournal(byte[] journal) {
        sealedHead(journal);
        int pages = journal.length < FileHead.BYTES ? -1 : changed(journal);
        long end = FileHead.BYTES + pages * (4L + PAGE);
        if (pages >= 0 && end + Integer.BYTES <= journal.length) {
            CRC32C crc = new CRC32C();
            crc.update(journal, 0, (int) end);
            ByteBuffer.wrap(journal).putInt((int) end, (int) crc.getValue());
        }
        return journal;
    }

    private static int changed(byte[] journal) {
        return read(FileHead.Kind.JOURNAL, Arrays.copyOf(journal, FileHead.BYTES))
                .map(FileHead::changed)
                .orElse(-1);
    }

    private static void mark(Path folder) throws IOException {
        long haltAt = ExecutionMark.open(new Directory(folder)).haltAt();
        assertThat(haltAt == Settings.HALT_NOWHERE || haltAt > 0).isTrue();
    }

    /** Bit 0 of the flags: votes in memory; bits 1 and 2: the ticks. */
    private static void boot(Path folder, int flags) throws IOException {
        boolean durable = (flags & 1) == 0;
        long tick = flags >> 1 & 1;
        Storage.Ticks ticks = new Storage.Ticks(tick, Math.max(0, tick - (flags >> 2 & 1)));
        Storage.Boot boot = new Storage.Boot(ME, 1, ticks, PAGES, durable);
        Optional<Saved> first = open(folder, boot);
        Optional<Saved> again = open(folder, boot);
        first.ifPresent(saved -> {
            assertThat(again).isPresent();
            assertThat(again.get().seqno()).isGreaterThanOrEqualTo(saved.seqno());
            if (!durable) {
                assertThat(again.get().intact()).isFalse();
            } else if (saved.intact()) {
                assertThat(again.get().records()).containsExactlyElementsOf(saved.records());
                assertThat(again.get().intact()).isTrue();
            }
        });
    }

    /** What the boot finds; then a checkpoint is installed, and is there. */
    private static Optional<Saved> open(Path folder, Storage.Boot boot) throws IOException {
        try (Storage storage = Storage.open(new Directory(folder), boot)) {
            byte[] page = new byte[PAGE];
            for (int i = 0; i < PAGES; i++) {
                storage.state().read(i, page);
            }
            CheckpointImage.Page changed = new CheckpointImage.Page(1, new byte[PAGE]);
            long seqno = storage.state().head().seqno();
            storage.state().install(new CheckpointImage(seqno, Digest.ZERO, true, List.of(changed)), false);
            assertThat(storage.state().head().seqno()).isEqualTo(seqno);
            return Optional.of(storage.saved());
        } catch (ForeignFileException e) {
            return Optional.empty();
        }
    }
}
