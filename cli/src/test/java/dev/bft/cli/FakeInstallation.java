package dev.bft.cli;

import dev.bft.watchdog.image.ImageManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** An installation with an image of two small files, which keygen can sign and nothing can boot from. */
final class FakeInstallation implements AutoCloseable {

    private static final String PROPERTY = "bft.home";

    private FakeInstallation() {}

    /** Makes one in this folder and lets the commands of this process find it. */
    static FakeInstallation in(Path folder) throws IOException {
        Path image = Files.createDirectories(folder.resolve("image/lib"));
        write(image.resolve("replica.jar"), "the replica");
        write(image.resolveSibling("jvm.args"), "-Xmx256m");
        Files.write(
                folder.resolve(ImageManifest.FILE_NAME),
                ImageManifest.of(folder.resolve("image")).bytes());
        System.setProperty(PROPERTY, folder.toString());
        return new FakeInstallation();
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
    }

    @Override
    public void close() {
        System.clearProperty(PROPERTY);
    }
}
