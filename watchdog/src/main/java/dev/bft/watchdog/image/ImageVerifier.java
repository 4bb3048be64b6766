package dev.bft.watchdog.image;

import dev.bft.watchdog.image.ImageManifest.Entry;
import dev.bft.watchdog.image.ImageRefusedException.Finding;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Compares a folder with a manifest. Every file that was changed, added, removed, linked or given other rights is found;
 * the folder may be an attacker's, so links are never followed and the number of files is bounded.
 */
public final class ImageVerifier {

    private static final int FINDINGS_MAX = 100;
    private static final int PERMISSION_BITS = 07777;

    private final Map<String, Entry> expected = new TreeMap<>();
    private final Set<String> folders = new TreeSet<>();
    private final Set<String> ignored;

    /** Expects exactly what the manifest lists. */
    public ImageVerifier(ImageManifest manifest) {
        this(manifest.entries(), Set.of());
    }

    /** @param ignored names in the folder itself that are not of the image */
    ImageVerifier(List<Entry> entries, Set<String> ignored) {
        this.ignored = Set.copyOf(ignored);
        for (Entry entry : entries) {
            expected.put(entry.path(), entry);
            for (int slash = entry.path().indexOf('/');
                    slash >= 0;
                    slash = entry.path().indexOf('/', slash + 1)) {
                folders.add(entry.path().substring(0, slash));
            }
        }
    }

    /** Refuses the folder unless it is the image. */
    public void verify(Path tree) throws ImageRefusedException {
        List<Finding> findings = findings(tree);
        if (!findings.isEmpty()) {
            throw new ImageRefusedException(findings);
        }
    }

    /** Returns what is wrong with the folder, only the first files if a hundred or more; empty when it is the image. */
    public List<Finding> findings(Path tree) {
        List<Finding> findings = shape(tree);
        for (Entry entry : expected.values()) {
            if (findings.size() < FINDINGS_MAX
                    && findings.stream().noneMatch(finding -> finding.file().equals(entry.path()))) {
                checkContent(tree.resolve(entry.path()), entry, findings);
            }
        }
        return findings;
    }

    /** Returns what is wrong without reading a byte of a file: names, kinds, links, modes, sizes. */
    List<Finding> shape(Path tree) {
        List<Finding> findings = new ArrayList<>();
        Set<String> missing = new TreeSet<>(expected.keySet());
        walk(tree, "", missing, findings);
        if (findings.size() < FINDINGS_MAX) {
            missing.forEach(path -> findings.add(new Finding(path, "is missing")));
        }
        return findings;
    }

    private void walk(Path tree, String folder, Set<String> missing, List<Finding> findings) {
        try (DirectoryStream<Path> children = Files.newDirectoryStream(tree.resolve(folder))) {
            for (Path child : children) {
                if (findings.size() >= FINDINGS_MAX) {
                    return;
                }
                String name = String.valueOf(child.getFileName());
                if (folder.isEmpty() && ignored.contains(name)) {
                    continue;
                }
                visit(tree, folder.isEmpty() ? name : folder + "/" + name, missing, findings);
            }
        } catch (IOException e) {
            findings.add(new Finding(folder.isEmpty() ? tree.toString() : folder, "cannot be read: " + e));
        }
    }

    private void visit(Path tree, String path, Set<String> missing, List<Finding> findings) throws IOException {
        Path file = tree.resolve(path);
        BasicFileAttributes attributes =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        missing.remove(path);
        if (attributes.isSymbolicLink()) {
            findings.add(new Finding(path, "is a symbolic link"));
        } else if (attributes.isDirectory()) {
            if (folders.contains(path)) {
                walk(tree, path, missing, findings);
            } else {
                findings.add(new Finding(path, "was added"));
            }
        } else if (!expected.containsKey(path)) {
            findings.add(new Finding(path, "was added"));
        } else {
            checkFile(file, attributes, expected.get(path), findings);
        }
    }

    private static void checkFile(Path file, BasicFileAttributes attributes, Entry entry, List<Finding> findings)
            throws IOException {
        Map<String, Object> unix = Files.readAttributes(file, "unix:mode,nlink", LinkOption.NOFOLLOW_LINKS);
        int mode = (int) unix.getOrDefault("mode", 0) & PERMISSION_BITS;
        if (!attributes.isRegularFile()) {
            findings.add(new Finding(entry.path(), "is no regular file"));
        } else if (!Integer.valueOf(1).equals(unix.get("nlink"))) {
            findings.add(new Finding(entry.path(), "has a second hard link"));
        } else if (mode != entry.mode()) {
            String modes = "has mode 0%o instead of 0%o".formatted(mode, entry.mode());
            findings.add(new Finding(entry.path(), modes));
        } else if (attributes.size() != entry.size()) {
            String sizes = "was changed: %d bytes instead of %d".formatted(attributes.size(), entry.size());
            findings.add(new Finding(entry.path(), sizes));
        }
    }

    private static void checkContent(Path file, Entry entry, List<Finding> findings) {
        try {
            if (!Sha256.ofFile(file).equals(entry.sha256())) {
                findings.add(new Finding(entry.path(), "was changed: its SHA-256 digest differs"));
            }
        } catch (IOException e) {
            findings.add(new Finding(entry.path(), "cannot be read: " + e));
        }
    }
}
