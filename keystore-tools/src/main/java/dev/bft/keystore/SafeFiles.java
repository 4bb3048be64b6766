package dev.bft.keystore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Files that are read with a bound, and made once, durably, with the mode they shall have. */
final class SafeFiles {

    private static final Set<PosixFilePermission> OTHERS = EnumSet.complementOf(EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));

    /** For files that hold a secret. */
    static final String SECRET_MODE = "rw-------";

    private SafeFiles() {}

    /** The bytes of a file; a problem names it and ends with this advice. */
    static byte[] readBounded(Path file, int max, String advice) throws ConfigException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (Files.isDirectory(file)) {
                throw new ConfigException(file + ": it is a folder, not a file; " + advice);
            }
            ByteBuffer bytes = ByteBuffer.allocate(max + 1);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // Reads until the end, or one byte beyond the bound.
            }
            if (!bytes.hasRemaining()) {
                throw new ConfigException(file + ": it is longer than " + max + " bytes; " + advice);
            }
            byte[] read = new byte[bytes.flip().remaining()];
            bytes.get(read);
            return read;
        } catch (NoSuchFileException e) {
            throw new ConfigException(file + ": there is no such file; " + advice, e);
        } catch (AccessDeniedException e) {
            throw new ConfigException(
                    file + ": you may not read it; run as its owner, or give it to this user with chown", e);
        } catch (IOException e) {
            throw new ConfigException(file + ": it cannot be read (" + e.getMessage() + "); " + advice, e);
        }
    }

    /** The bytes of a file that nobody but its owner may touch. */
    static byte[] readSecret(Path file, int max, String advice) throws ConfigException {
        try {
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
            if (Files.isSymbolicLink(file)) {
                throw new ConfigException(file + ": it is a link; put the key file itself there");
            }
            if (mode.stream().anyMatch(OTHERS::contains)) {
                throw new ConfigException(file + ": others may read or write this secret (mode "
                        + PosixFilePermissions.toString(mode) + "); run chmod 600 " + file);
            }
        } catch (NoSuchFileException e) {
            throw new ConfigException(file + ": there is no such file; " + advice, e);
        } catch (AccessDeniedException e) {
            throw new ConfigException(file + ": you may not look into its folder; run as its owner", e);
        } catch (IOException e) {
            throw new ConfigException(file + ": it cannot be read (" + e.getMessage() + "); " + advice, e);
        }
        return readBounded(file, max, advice);
    }

    /** Makes a file with this mode from the first moment; it is on disk afterwards. Fails if the file exists. */
    static void create(Path file, byte[] bytes, String mode) throws IOException {
        Set<StandardOpenOption> options = EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        Set<PosixFilePermission> permissions = PosixFilePermissions.fromString(mode);
        try (FileChannel channel = FileChannel.open(file, options, PosixFilePermissions.asFileAttribute(permissions))) {
            // The mode given to open is narrowed by the umask.
            Files.setPosixFilePermissions(file, permissions);
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        }
    }

    /** Makes a folder with this mode. */
    static void createFolder(Path folder, String mode) throws IOException {
        Set<PosixFilePermission> permissions = PosixFilePermissions.fromString(mode);
        Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(permissions));
        Files.setPosixFilePermissions(folder, permissions);
    }

    /** Makes a folder's entries durable. */
    static void syncFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Removes a folder and all in it, read-only folders too; links are removed, not followed. */
    static void deleteTree(Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) throws IOException {
                if (e != null) {
                    throw e;
                }
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Whether a file is inside a folder, or would be if they were there, whatever links lead to either. */
    static boolean isWithin(Path folder, Path file) {
        return real(file).startsWith(real(folder));
    }

    private static Path real(Path path) {
        Path whole = path.toAbsolutePath().normalize();
        for (Path there = whole; there != null; there = there.getParent()) {
            try {
                return there.toRealPath().resolve(there.relativize(whole));
            } catch (IOException e) {
                // Not there, or not for us to see: its parent may be.
            }
        }
        return whole;
    }
}
