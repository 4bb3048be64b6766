package dev.bft.cli;

import dev.bft.keystore.ClusterFolder;
import dev.bft.keystore.ConfigException;
import dev.bft.keystore.Rom;
import dev.bft.keystore.SigningKey;
import dev.bft.watchdog.image.ImageManifest;
import dev.bft.watchdog.image.ImageRefusedException;
import dev.bft.watchdog.image.ImageTree;
import dev.bft.watchdog.image.ImageVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** The clean image of a cluster: what its replicas are booted from, with the manifest that the release key signed. */
final class ClusterImage {

    private final ClusterFolder cluster;

    ClusterImage(ClusterFolder cluster) {
        this.cluster = cluster;
    }

    /** Reads the manifest of an image as a build left it: nobody has signed it yet. */
    static ImageManifest unsigned(Path folder) throws CommandException, ImageRefusedException {
        Path file = folder.resolve(ImageManifest.FILE_NAME);
        try {
            return ImageManifest.parse(Files.readAllBytes(file));
        } catch (IOException e) {
            String message = file + ": there is no clean image here (" + e.getMessage() + "); build one with: ";
            throw new CommandException(ExitCode.CONFIG, message + "./mvnw -q -DskipTests package", e);
        }
    }

    /** The manifest that the replicas of this cluster go by. */
    ImageManifest signed() throws ConfigException, ImageRefusedException {
        Rom rom = Rom.load(cluster.rom(0));
        return ImageManifest.readSigned(cluster.root(), rom.release());
    }

    /** What is wrong with the image, by the signed manifest; empty if nothing is. */
    List<ImageRefusedException.Finding> findings() throws ConfigException, ImageRefusedException {
        return new ImageVerifier(signed()).findings(cluster.image());
    }

    /** Refuses a key that the replicas of this cluster do not go by. */
    void checkReleaseKey(SigningKey release, Path file) throws ConfigException {
        if (!Rom.load(cluster.rom(0)).release().equals(release.verifyKey())) {
            throw new ConfigException(file + ": it is the release key of another cluster; give this cluster's");
        }
    }

    /** Takes over an image as a build left it, signs it, and gives its manifest to every replica of this host. */
    ImageManifest install(Path from, SigningKey release) throws IOException, CommandException, ImageRefusedException {
        ImageManifest manifest = unsigned(from);
        Path fresh = Files.createTempDirectory(cluster.root(), ".image-");
        try {
            Path copy = fresh.resolve("image");
            ImageTree.copy(from.resolve("image"), copy, manifest);
            new ImageVerifier(manifest).verify(copy);
            ImageTree.delete(cluster.image());
            Files.move(copy, cluster.image(), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            ImageTree.delete(fresh);
        }
        byte[] signature = manifest.sign(release);
        writeManifest(cluster.root(), manifest.bytes(), signature);
        for (int id = 0; Files.isDirectory(cluster.replica(id)); id++) {
            writeManifest(cluster.rom(id), manifest.bytes(), signature);
        }
        return manifest;
    }

    private static void writeManifest(Path folder, byte[] manifest, byte[] signature) throws IOException {
        replace(folder.resolve(ImageManifest.FILE_NAME), manifest);
        replace(folder.resolve(ImageManifest.SIGNATURE_FILE_NAME), signature);
    }

    private static void replace(Path file, byte[] bytes) throws IOException {
        Path fresh = file.resolveSibling("." + file.getFileName());
        Files.deleteIfExists(fresh);
        Files.write(fresh, bytes);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("r--r--r--"));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
