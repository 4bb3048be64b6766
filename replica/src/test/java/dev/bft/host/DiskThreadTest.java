package dev.bft.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.state.CheckpointImage;
import dev.bft.state.CheckpointImage.Page;
import dev.bft.wire.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiskThreadTest {
    private static final Owner ME = new Owner(new byte[16], 0);
    private static final long DEADLINE_SECONDS = 60;

    private final LinkedBlockingQueue<Long> woken = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<String> fatal = new LinkedBlockingQueue<>();

    @TempDir
    private Path path;

    private static byte[] record(int i) {
        return ("record " + i).getBytes(StandardCharsets.UTF_8);
    }

    private Storage open(Folder folder, long tick, boolean durable) throws Exception {
        return Storage.open(folder, new Storage.Boot(ME, 1, new Storage.Ticks(tick, tick), 10, durable));
    }

    private DiskThread thread(Storage storage, boolean durable) {
        DiskThread[] self = new DiskThread[1];
        self[0] = new DiskThread(storage, durable, () -> woken.add(self[0].persisted()), fatal::add);
        return self[0];
    }

    private void awaitToken(long token) throws InterruptedException {
        long seen = 0;
        while (seen < token) {
            Long next = woken.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
            assertThat(next).as("token %d", token).isNotNull();
            seen = next;
        }
    }

    private static CheckpointImage image(long seqno) {
        byte[] page = new byte[4096];
        page[0] = (byte) seqno;
        return new CheckpointImage(seqno, Digest.of(page), true, List.of(new Page(3, page)));
    }

    @Test
    void appendsThatWaitShareOneSync() throws Exception {
        StateFiles.create(path, ME.cluster(), 0);
        RecordedFolder folder = new RecordedFolder(path);
        Storage storage = open(folder, 0, true);
        DiskThread disk = thread(storage, true);
        for (int i = 1; i <= 100; i++) {
            disk.add(List.of(new DiskThread.Append(i, record(i))));
        }
        int before = folder.forceCount();
        disk.start();
        awaitToken(100);
        disk.finish(60_000);
        assertThat(folder.forceCount() - before).isEqualTo(1);
        assertThat(open(new Directory(path), 0, true).saved().records()).hasSize(100);
    }

    @Test
    void workIsDoneInOrder() throws Exception {
        StateFiles.create(path, ME.cluster(), 0);
        DiskThread disk = thread(open(new Directory(path), 0, true), true);
        disk.start();
        disk.add(List.of(new DiskThread.Append(1, record(1))));
        disk.add(List.of(new DiskThread.Install(2, image(128))));
        disk.add(List.of(new DiskThread.Append(3, record(3))));
        disk.add(List.of(new DiskThread.Replace(4, 0, List.of(record(4)), false)));
        disk.add(List.of(new DiskThread.Append(5, record(5))));
        awaitToken(5);
        disk.finish(60_000);
        try (Storage found = open(new Directory(path), 0, true)) {
            assertThat(found.saved().intact()).isTrue();
            assertThat(found.saved().records()).containsExactly(record(4), record(5));
            assertThat(found.saved().seqno()).isEqualTo(128);
            assertThat(found.saved().digest()).isEqualTo(image(128).digest());
        }
    }

    @Test
    void inMemoryModeACrashLeavesNoLogAndASaveLeavesOne() throws Exception {
        StateFiles.create(path, ME.cluster(), 0);
        DiskThread disk = thread(open(new Directory(path), 0, false), false);
        disk.start();
        disk.add(List.of(new DiskThread.Append(1, record(1))));
        disk.add(List.of(new DiskThread.Replace(2, 0, List.of(record(1)), false)));
        disk.add(List.of(new DiskThread.Install(3, image(128))));
        awaitToken(3);
        assertThat(path.resolve(VoteLog.FILE)).doesNotExist();
        disk.add(List.of(new DiskThread.Replace(4, 1, List.of(record(4)), true)));
        disk.add(List.of(new DiskThread.Append(5, record(5))));
        awaitToken(5);
        disk.finish(60_000);
        try (Storage found = open(new Directory(path), 1, false)) {
            assertThat(found.saved().intact()).isTrue();
            assertThat(found.saved().records()).containsExactly(record(4), record(5));
            assertThat(found.saved().seqno()).isEqualTo(128);
        }
        try (Storage afterCrash = open(new Directory(path), 1, false)) {
            assertThat(afterCrash.saved().intact()).isFalse();
            assertThat(afterCrash.saved().seqno()).isEqualTo(128);
        }
    }

    @Test
    void inMemoryModeAnAppendIsDoneAtOnceUnlessAnInstallIsBeforeIt() throws Exception {
        StateFiles.create(path, ME.cluster(), 0);
        DiskThread disk = thread(open(new Directory(path), 0, false), false);
        disk.add(List.of(new DiskThread.Append(1, record(1)), new DiskThread.Append(2, record(2))));
        assertThat(disk.persisted()).isEqualTo(2);
        disk.add(List.of(new DiskThread.Install(3, image(128))));
        disk.add(List.of(new DiskThread.Append(4, record(4))));
        assertThat(disk.persisted()).isEqualTo(2);
        assertThat(woken).isEmpty();
        disk.start();
        awaitToken(4);
        disk.add(List.of(new DiskThread.Append(5, record(5))));
        assertThat(disk.persisted()).isEqualTo(5);
        disk.finish(60_000);
    }

    @Test
    void inMemoryModeNothingIsSkippedAfterASave() throws Exception {
        StateFiles.create(path, ME.cluster(), 0);
        DiskThread disk = thread(open(new Directory(path), 0, false), false);
        disk.add(List.of(new DiskThread.Replace(1, 1, List.of(record(1)), true), new DiskThread.Append(2, record(2))));
        disk.add(List.of(new DiskThread.Append(3, record(3))));
        assertThat(disk.persisted()).isZero();
        disk.start();
        awaitToken(3);
        disk.add(List.of(new DiskThread.Append(4, record(4))));
        awaitToken(4);
        disk.finish(60_000);
        try (Storage found = open(new Directory(path), 1, false)) {
            assertThat(found.saved().records()).containsExactly(record(1), record(2), record(3), record(4));
        }
    }

    @Test
    void aFailedWriteIsFatalAndPromisesNothing() throws Exception {
        StateFiles.create(path, ME.cluster(), 0);
        FullDisk folder = new FullDisk(new Directory(path), new AtomicBoolean());
        DiskThread disk = thread(open(folder, 0, true), true);
        disk.start();
        disk.add(List.of(new DiskThread.Append(1, record(1))));
        awaitToken(1);
        folder.full.set(true);
        disk.add(List.of(new DiskThread.Append(2, new byte[2 << 20])));
        disk.add(List.of(new DiskThread.Append(3, record(3))));
        assertThat(fatal.poll(DEADLINE_SECONDS, TimeUnit.SECONDS)).contains("No space left on device");
        disk.finish(60_000);
        assertThat(disk.persisted()).isEqualTo(1);
        assertThat(open(new Directory(path), 0, true).saved().records()).containsExactly(record(1));
    }

    /** A folder on a disk that gets full. */
    private record FullDisk(Directory real, AtomicBoolean full) implements Folder {
        @Override
        public boolean has(String name) {
            return real.has(name);
        }

        @Override
        public FileChannel open(String name) throws IOException {
            return new RecordedChannel(real.open(name), new RecordedChannel.Listener() {
                @Override
                public void wrote(long position, byte[] bytes) throws IOException {
                    if (full.get()) {
                        throw new IOException("No space left on device");
                    }
                }

                @Override
                public void truncated(long size) {}

                @Override
                public void forced() {}
            });
        }

        @Override
        public void rename(String from, String to) throws IOException {
            real.rename(from, to);
        }

        @Override
        public void remove(String name) throws IOException {
            real.remove(name);
        }

        @Override
        public void sync() throws IOException {
            real.sync();
        }
    }
}
