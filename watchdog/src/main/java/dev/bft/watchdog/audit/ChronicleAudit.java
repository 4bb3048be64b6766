package dev.bft.watchdog.audit;

import dev.bft.watchdog.audit.AuditLine.Finding;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.RollingChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;

/**
 * The log in a Chronicle queue, a file a day. An append is three steps: the record into the queue, the queue's file to
 * disk, the head to disk. Killed between any two, the queue is at most one record ahead of the head, and that record
 * was never acknowledged.
 */
final class ChronicleAudit implements AuditStore {

    /** The queue's maps reach this far beyond the last record; a page of them that the disk has no room for kills us. */
    static final int BLOCK_BYTES = 1 << 20;

    /** How long Chronicle waits for a header that a killed writer left unfinished; there is no other writer to finish it. */
    static final long HEADER_WAIT_MILLIS = 2000;

    private final AuditFolder folder;
    private final int replica;
    private final Conditions conditions;
    private final Lock lock;
    private final RollingChronicleQueue queue;
    private final ExcerptAppender appender;

    /** The time by which files change. It never goes back: readers do not look into a file again that they have left. */
    private final AtomicLong rollMillis = new AtomicLong();

    private final FileStore disk;
    private final List<Finding> findings = new ArrayList<>();
    private AuditHead head;
    private boolean headSaved = true;
    private boolean broken;
    private int cycle = -1;

    /**
     * What the log depends on.
     *
     * @param sync whether records are on disk before they are acknowledged
     * @param wallMillis the host's clock
     * @param roomBytesMin with less room on the disk than this, nothing is appended
     */
    record Conditions(boolean sync, LongSupplier wallMillis, long roomBytesMin) {

        Conditions(boolean sync) {
            this(sync, System::currentTimeMillis, 4L * BLOCK_BYTES);
        }
    }

    /** Keeps other writers out, in this process and in others. */
    private record Lock(FileChannel channel, FileLock held) {}

    private ChronicleAudit(AuditFolder folder, int replica, Conditions conditions, Lock lock, AuditHead head)
            throws IOException {
        this.folder = folder;
        this.replica = replica;
        this.conditions = conditions;
        this.lock = lock;
        this.head = head;
        this.disk = Files.getFileStore(folder.root());
        this.queue = SingleChronicleQueueBuilder.binary(folder.queue().toFile())
                .blockSize(BLOCK_BYTES)
                .rollCycle(RollCycles.FAST_DAILY)
                .timeoutMS(HEADER_WAIT_MILLIS)
                .timeProvider(() ->
                        rollMillis.accumulateAndGet(conditions.wallMillis().getAsLong(), Math::max))
                .build();
        if (queue.lastCycle() >= 0) {
            rollMillis.set((long) queue.lastCycle() * queue.rollCycle().lengthInMillis());
        }
        this.appender = queue.createAppender();
        appender.singleThreadedCheckDisabled(true);
    }

    static ChronicleAudit open(AuditFolder folder, int replica, Conditions conditions) throws IOException {
        folder.make();
        Lock lock = lock(folder);
        boolean opened = false;
        try {
            ChronicleAudit audit = openLocked(folder, replica, conditions, lock);
            opened = true;
            return audit;
        } finally {
            if (!opened) {
                lock.channel().close();
            }
        }
    }

    private static ChronicleAudit openLocked(AuditFolder folder, int replica, Conditions conditions, Lock lock)
            throws IOException {
        if (folder.isBlank()) {
            folder.writeHead(AuditHead.START, replica, conditions.sync());
        }
        AuditScan scan = AuditScan.run(folder, replica);
        if (!scan.findings().isEmpty()) {
            // Until there is room to tell of the damage, the next opening must find all of it again.
            requireRoom(folder, Files.getFileStore(folder.root()), conditions);
        }
        String aside = "";
        if (!scan.findings().isEmpty() && folder.hasQueue()) {
            aside = String.valueOf(folder.setQueueAside().getFileName());
        }
        folder.writeHead(scan.tip(), replica, conditions.sync());
        folder.makeQueue();
        ChronicleAudit audit = new ChronicleAudit(folder, replica, conditions, lock, scan.tip());
        boolean told = false;
        try {
            audit.tell(scan.findings(), aside);
            told = true;
            return audit;
        } finally {
            if (!told) {
                audit.close();
            }
        }
    }

    private static Lock lock(AuditFolder folder) throws IOException {
        FileChannel channel = folder.openLock();
        try {
            FileLock held = channel.tryLock();
            if (held != null) {
                return new Lock(channel, held);
            }
        } catch (OverlappingFileLockException e) {
            // Held by this process; told like one that is held by another.
        }
        channel.close();
        throw new IOException(folder.root() + ": another process writes this audit log; stop that watchdog first");
    }

    private void tell(List<Finding> found, String aside) throws IOException {
        findings.addAll(found);
        if (findings.isEmpty()) {
            return;
        }
        TreeMap<String, String> fields = new TreeMap<>();
        fields.put("what", "the audit log was damaged");
        fields.put("findings", String.valueOf(found.size()));
        fields.put("first", found.get(0).text());
        if (!aside.isEmpty()) {
            fields.put("kept", aside);
        }
        append(AuditKind.ALARM, false, fields);
    }

    @Override
    public synchronized AuditRecord append(String kind, boolean claim, SortedMap<String, String> fields)
            throws IOException {
        if (broken) {
            throw new IOException(folder.root() + ": nothing is recorded after record " + head.index()
                    + ", since the disk failed there; mend the disk and restart the watchdog");
        }
        requireRoom(folder, disk, conditions);
        if (!headSaved) {
            saveHead();
        }
        long now = Math.max(0, conditions.wallMillis().getAsLong());
        AuditRecord record = new AuditRecord(replica, head.index() + 1, now, kind, claim, fields, head.hash());
        byte[] bytes = record.encode();
        broken = true;
        try (DocumentContext document = appender.writingDocument()) {
            document.wire().bytes().write(bytes);
        }
        syncQueue();
        broken = false;
        head = new AuditHead(record.index(), AuditHash.of(bytes));
        headSaved = false;
        saveHead();
        return record;
    }

    private void saveHead() throws IOException {
        folder.writeHead(head, replica, conditions.sync());
        headSaved = true;
    }

    private static void requireRoom(AuditFolder folder, FileStore disk, Conditions conditions) throws IOException {
        long room = disk.getUsableSpace();
        if (room < conditions.roomBytesMin()) {
            throw new IOException(folder.root() + ": the disk is full (" + room + " bytes left, "
                    + conditions.roomBytesMin() + " needed); nothing is recorded until there is room");
        }
    }

    /**
     * Chronicle's own sync works through a native library that is not here, and without it does nothing and says
     * nothing; an fsync of the file takes everything that was stored through its maps.
     */
    private void syncQueue() throws IOException {
        boolean rolled = appender.cycle() != cycle;
        if (rolled) {
            folder.protect();
            cycle = appender.cycle();
        }
        if (!conditions.sync()) {
            return;
        }
        File file = appender.currentFile();
        if (rolled || file == null) {
            folder.syncQueue();
        } else {
            AuditFolder.sync(file.toPath());
        }
    }

    @Override
    public synchronized List<Finding> findings() {
        return List.copyOf(findings);
    }

    @Override
    public synchronized void close() throws IOException {
        broken = true;
        appender.close();
        queue.close();
        lock.held().release();
        lock.channel().close();
    }
}
