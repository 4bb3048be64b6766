package dev.bft.watchdog.image;

import dev.bft.keystore.VerifyKey;
import dev.bft.watchdog.image.ImageManifest.Entry;
import dev.bft.watchdog.image.ImageRefusedException.Finding;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The folders a replica runs from: for each boot a fresh, read-only copy of the image, verified after it was made, with
 * the ROM and the cluster file at its side.
 */
public final class Boots {

    /** The folder in a copy that is not of the image: the ROM's files and the cluster file. */
    public static final String ROM = "rom";

    private static final int ROM_FILES_MAX = 64;
    private static final long ROM_FILE_BYTES_MAX = 2 << 20;

    private final Path image;
    private final Path rom;
    private final Path config;
    private final Path boots;
    private final VerifyKey release;

    /**
     * @param image the image's folder
     * @param rom the replica's ROM: principals, manifest, signature
     * @param config the cluster file
     * @param boots where copies are made
     * @param release verifies the manifest
     */
    public Boots(Path image, Path rom, Path config, Path boots, VerifyKey release) {
        this.image = image;
        this.rom = rom;
        this.config = config;
        this.boots = boots;
        this.release = release;
    }

    /** Returns the folder of a boot. */
    public Path folder(long boot) {
        return boots.resolve(Long.toString(boot));
    }

    /**
     * Makes the copy for a boot, verifies it, and returns the digest of its manifest. A copy that fails is removed: each
     * attempt is a boot of its own, and a replica that stays down would fill the disk.
     */
    public String prepare(long boot) throws IOException, ImageRefusedException {
        boolean whole = false;
        try {
            copy(boot);
            String digest = verify(boot);
            whole = true;
            return digest;
        } finally {
            if (!whole) {
                ImageTree.delete(folder(boot));
            }
        }
    }

    private void copy(long boot) throws IOException, ImageRefusedException {
        ImageManifest manifest = ImageManifest.readSigned(rom, release);
        Path folder = folder(boot);
        ImageTree.delete(folder);
        ImageTree.copy(image, folder, manifest);
        Path copy = Files.createDirectory(folder.resolve(ROM));
        for (Path file : romFiles()) {
            Path target = copy.resolve(String.valueOf(file.getFileName()));
            ImageTree.copyFile(file, target, ROM_FILE_BYTES_MAX);
            ImageTree.finish(target, ImageManifest.READ_ONLY);
        }
        ImageTree.sealFolders(folder);
    }

    /** Verifies a copy that was made before and returns the digest of its manifest. */
    public String verify(long boot) throws IOException, ImageRefusedException {
        ImageManifest manifest = ImageManifest.readSigned(rom, release);
        Path folder = folder(boot);
        new ImageVerifier(manifest.entries(), Set.of(ROM)).verify(folder);
        verifyRom(folder.resolve(ROM));
        return manifest.digest();
    }

    /** Removes every copy for an earlier boot; what a process still has open lives until it ends. */
    public void deleteBefore(long boot) throws IOException {
        if (!Files.isDirectory(boots, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(boots)) {
            for (Path folder : folders) {
                String name = String.valueOf(folder.getFileName());
                if (!name.matches("[0-9]{1,18}") || Long.parseLong(name) < boot) {
                    ImageTree.delete(folder);
                }
            }
        }
    }

    private void verifyRom(Path copy) throws IOException, ImageRefusedException {
        List<Entry> wanted = new ArrayList<>();
        for (Path file : romFiles()) {
            String name = String.valueOf(file.getFileName());
            wanted.add(new Entry(name, ImageManifest.READ_ONLY, Files.size(file), Sha256.ofFile(file)));
        }
        List<Finding> findings = new ImageVerifier(wanted, Set.of()).findings(copy);
        if (!findings.isEmpty()) {
            throw new ImageRefusedException(findings.stream()
                    .map(finding -> new Finding(ROM + "/" + finding.file(), finding.fault()))
                    .toList());
        }
    }

    private List<Path> romFiles() throws IOException, ImageRefusedException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(rom)) {
            for (Path file : found) {
                if (files.size() == ROM_FILES_MAX) {
                    throw new ImageRefusedException(new Finding(ROM, "has more than " + ROM_FILES_MAX + " files"));
                }
                files.add(checked(file));
            }
        }
        files.add(checked(config));
        return files;
    }

    private static Path checked(Path file) throws IOException, ImageRefusedException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > ROM_FILE_BYTES_MAX) {
            throw new ImageRefusedException(new Finding(file.toString(), "is no regular file of at most 2 MiB"));
        }
        return file;
    }
}
