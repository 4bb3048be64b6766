package dev.bft.watchdog.audit;

import dev.bft.keystore.BadBytesException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The files of one log: {@code queue/} (Chronicle's), {@code head}, {@code lock}, and {@code queue.damaged-K/} if
 * queues had to be set aside.
 */
record AuditFolder(Path root) {

    private static final Set<PosixFilePermission> OWNER_FOLDER = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> OWNER_FILE = PosixFilePermissions.fromString("rw-------");
    private static final int SET_ASIDE_MAX = 1000;

    AuditFolder {
        root = root.toAbsolutePath();
    }

    Path queue() {
        return root.resolve("queue");
    }

    /** The file whose lock makes its holder the one writer. */
    FileChannel openLock() throws IOException {
        return FileChannel.open(
                root.resolve("lock"),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(OWNER_FILE));
    }

    private Path head() {
        return root.resolve("head");
    }

    /** Makes the folder of the log, for its owner alone. */
    void make() throws IOException {
        make(root);
    }

    /** Makes the folder of the queue, for its owner alone. */
    void makeQueue() throws IOException {
        make(queue());
        sync(root);
    }

    private static void make(Path folder) throws IOException {
        if (Files.isSymbolicLink(folder)) {
            throw new IOException(folder + ": it is a link; an audit log is only written to a folder of its own");
        }
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OWNER_FOLDER));
        }
        Files.setPosixFilePermissions(folder, OWNER_FOLDER);
    }

    /** Whether nobody has ever written a log here. */
    boolean isBlank() {
        return !Files.exists(head(), LinkOption.NOFOLLOW_LINKS) && !Files.exists(queue(), LinkOption.NOFOLLOW_LINKS);
    }

    /** Whether the queue has a file that may hold records. */
    boolean hasQueue() throws IOException {
        return Files.isDirectory(queue())
                && files().stream().anyMatch(f -> f.toString().endsWith(".cq4"));
    }

    private List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(queue())) {
            found.forEach(files::add);
        }
        return files;
    }

    /** Takes others' rights to the queue's files, which its library makes with the usual ones. */
    void protect() throws IOException {
        for (Path file : files()) {
            Files.setPosixFilePermissions(file, OWNER_FILE);
        }
    }

    /** Makes the queue's files and their names durable. */
    void syncQueue() throws IOException {
        for (Path file : files()) {
            sync(file);
        }
        sync(queue());
    }

    AuditHead readHead(int replica) throws IOException, BadBytesException {
        try (InputStream in = Files.newInputStream(head(), LinkOption.NOFOLLOW_LINKS)) {
            return AuditHead.decode(in.readNBytes(AuditHead.TEXT_BYTES_MAX), replica);
        } catch (NoSuchFileException e) {
            throw new BadBytesException("it is missing");
        }
    }

    /** Replaces the head in one step. */
    void writeHead(AuditHead value, int replica, boolean sync) throws IOException {
        Path next = root.resolve("head.next");
        Files.deleteIfExists(next);
        try (FileChannel channel = FileChannel.open(
                next,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(OWNER_FILE))) {
            ByteBuffer rest = ByteBuffer.wrap(value.encode(replica));
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            if (sync) {
                channel.force(true);
            }
        }
        Files.move(next, head(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        if (sync) {
            sync(root);
        }
    }

    /** Moves a damaged queue out of the way, never over another one; returns its new name. */
    Path setQueueAside() throws IOException {
        for (int k = 1; k <= SET_ASIDE_MAX; k++) {
            Path aside = root.resolve("queue.damaged-" + k);
            if (!Files.exists(aside, LinkOption.NOFOLLOW_LINKS)) {
                Files.move(queue(), aside, StandardCopyOption.ATOMIC_MOVE);
                return aside;
            }
        }
        throw new IOException(root + ": " + SET_ASIDE_MAX + " damaged queues are kept here; move them away");
    }

    static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
