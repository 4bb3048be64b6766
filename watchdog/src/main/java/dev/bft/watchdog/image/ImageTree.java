package dev.bft.watchdog.image;

import dev.bft.watchdog.image.ImageManifest.Entry;
import dev.bft.watchdog.image.ImageRefusedException.Finding;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * Copies and removes the folders of an image. A copy keeps what the shared class archive depends on: the jars' times,
 * which are all zero.
 */
public final class ImageTree {

    static final FileTime NO_TIME = FileTime.fromMillis(0);

    private static final int BUFFER_BYTES = 128 << 10;

    private ImageTree() {}

    /** Copies what the manifest lists into a new folder, after a look at the shape of the source. */
    public static void copy(Path from, Path to, ImageManifest manifest) throws IOException, ImageRefusedException {
        List<Finding> findings = new ImageVerifier(manifest).shape(from);
        if (!findings.isEmpty()) {
            throw new ImageRefusedException(findings);
        }
        Files.createDirectories(to);
        for (Entry entry : manifest.entries()) {
            Path target = to.resolve(entry.path());
            Path parent = target.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            copyFile(from.resolve(entry.path()), target, entry.size());
            finish(target, entry.mode());
        }
    }

    /** Removes a folder and all in it, read-only or not; a folder that is not there is removed already. */
    public static void delete(Path tree) throws IOException {
        if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
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
            public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Gives a file its mode and the time of every file of an image. */
    static void finish(Path file, int mode) throws IOException {
        Files.setLastModifiedTime(file, NO_TIME);
        Files.setAttribute(file, "unix:mode", mode);
    }

    /** Takes writing away from every folder of a tree. */
    static void sealFolders(Path tree) throws IOException {
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-xr-xr-x"));
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** At most one byte more than it should have: enough to be found wrong, too little to fill the disk. */
    static void copyFile(Path from, Path to, long size) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(from, LinkOption.NOFOLLOW_LINKS);
                OutputStream out = Files.newOutputStream(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long left = size + 1;
            int count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            while (count > 0) {
                out.write(buffer, 0, count);
                left -= count;
                count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            }
        }
    }
}
