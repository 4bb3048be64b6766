package dev.bft.keystore;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** A cluster folder in the making: its content is built beside its place, then moved, the cluster file last. */
final class NewFolder implements Closeable {

    private static final Pattern OURS = Pattern.compile(
            "bft\\.toml|root\\.key|release\\.key|clients|image|image\\.manifest|image\\.manifest\\.sig|replica-[0-9]+");

    private final Path folder;
    private final Path building;
    private final boolean made;
    private boolean finished;

    private NewFolder(Path folder, Path building, boolean made) {
        this.folder = folder;
        this.building = building;
        this.made = made;
    }

    /** Prepares to make this folder; refuses one that holds a cluster, unless that is to be replaced. */
    static NewFolder prepare(Path given, boolean force) throws IOException, ConfigException {
        Path folder = given.toAbsolutePath().normalize();
        boolean made = !Files.exists(folder);
        if (!made && !Files.isDirectory(folder)) {
            throw new ConfigException(given + ": it is a file, not a folder; choose another folder with -c");
        }
        if (!made && !force && !children(folder).isEmpty()) {
            throw new ConfigException(given + ": a cluster is there already; choose another folder with -c, or replace"
                    + " the cluster and lose its data with --force");
        }
        Files.createDirectories(folder);
        return new NewFolder(folder, Files.createTempDirectory(folder, ".keygen-"), made);
    }

    /** Where to build. */
    Path building() {
        return building;
    }

    /** Puts the content in its place; what it replaces is removed. */
    void finish() throws IOException {
        Path old = Files.createTempDirectory(folder, ".replaced-");
        try {
            move(children(folder), old);
            move(children(building), folder);
            finished = true;
        } finally {
            if (!finished) {
                move(children(folder), building);
                move(children(old), folder);
            }
        }
        SafeFiles.syncFolder(folder);
        SafeFiles.deleteTree(old);
    }

    @Override
    public void close() throws IOException {
        SafeFiles.deleteTree(building);
        if (made && !finished) {
            Files.delete(folder);
        }
    }

    /** The cluster file leaves first and arrives last, so a folder that has it is whole. */
    private void move(List<Path> from, Path to) throws IOException {
        Comparator<Path> byName = Comparator.comparing(path -> path.endsWith(ClusterFile.NAME));
        for (Path path : from.stream()
                .sorted(to.equals(folder) ? byName : byName.reversed())
                .toList()) {
            move(path, to.resolve(path.getFileName()));
        }
    }

    /** A folder that its owner may not write cannot leave its parent, so it is writable while it moves. */
    private static void move(Path from, Path to) throws IOException {
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(from, LinkOption.NOFOLLOW_LINKS);
        boolean fixed =
                Files.isDirectory(from, LinkOption.NOFOLLOW_LINKS) && !mode.contains(PosixFilePermission.OWNER_WRITE);
        if (fixed) {
            Set<PosixFilePermission> writable = EnumSet.copyOf(mode);
            writable.add(PosixFilePermission.OWNER_WRITE);
            Files.setPosixFilePermissions(from, writable);
        }
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        if (fixed) {
            Files.setPosixFilePermissions(to, mode);
        }
    }

    private static List<Path> children(Path folder) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path path : all) {
                if (OURS.matcher(path.getFileName().toString()).matches()) {
                    found.add(path);
                }
            }
        }
        return found;
    }
}
