package dev.bft.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.stream.Stream;

/** A clean image with one byte changed, which is put back when this is closed. */
final class TamperedImage implements AutoCloseable {

    private final Path file;

    private TamperedImage(Path file) {
        this.file = file;
    }

    /** Changes a byte of the replica's own code. */
    static TamperedImage of(Path image) throws IOException {
        try (Stream<Path> jars = Files.list(image.resolve("lib"))) {
            Path jar = jars.filter(file -> file.getFileName().toString().startsWith("bft-replica"))
                    .findFirst()
                    .orElseThrow(() -> new IOException(image + " has no replica in it"));
            flip(jar);
            return new TamperedImage(jar);
        }
    }

    Path file() {
        return file;
    }

    String name() {
        return file.getFileName().toString();
    }

    private static void flip(Path file) throws IOException {
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
        FileTime time = Files.getLastModifiedTime(file);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Path changed = file.resolveSibling("." + file.getFileName());
        Files.write(changed, bytes);
        Files.setLastModifiedTime(changed, time);
        Files.setPosixFilePermissions(changed, mode);
        Files.move(changed, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() throws IOException {
        flip(file);
    }
}
