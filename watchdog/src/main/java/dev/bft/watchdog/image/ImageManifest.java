package dev.bft.watchdog.image;

import dev.bft.keystore.SigningKey;
import dev.bft.keystore.VerifyKey;
import dev.bft.watchdog.image.ImageRefusedException.Finding;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What an image consists of: each file's mode, size and SHA-256 digest, by path. Its text has one form, so that one
 * digest names one image; the release key signs that text.
 */
public final class ImageManifest {

    /** The manifest's name, beside an image and in a ROM. */
    public static final String FILE_NAME = "image.manifest";

    /** The name of the release key's signature of it: 64 bytes. */
    public static final String SIGNATURE_FILE_NAME = "image.manifest.sig";

    static final int READ_ONLY = 0444;
    static final int EXECUTABLE = 0555;

    private static final String HEAD = "bft image manifest 1";
    private static final byte[] DOMAIN = "bft/1 image manifest\0".getBytes(StandardCharsets.US_ASCII);
    private static final int BYTES_MAX = 1 << 20;
    private static final int FILES_MAX = 4096;
    private static final Pattern LINE = Pattern.compile(
            "(0444|0555) (0|[1-9][0-9]{0,11}) ([0-9a-f]{64}) ([A-Za-z0-9._+$@-]{1,128}(?:/[A-Za-z0-9._+$@-]{1,128}){0,15})");

    private final List<Entry> entries;

    private ImageManifest(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /** Describes the files below a folder as they are. */
    public static ImageManifest of(Path tree) throws IOException {
        TreeMap<String, Entry> found = new TreeMap<>();
        try (Stream<Path> below = Files.walk(tree)) {
            for (Path file : below.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .toList()) {
                String path = tree.relativize(file).toString();
                boolean executable = Files.isExecutable(file);
                int mode = executable ? EXECUTABLE : READ_ONLY;
                found.put(path, new Entry(path, mode, Files.size(file), Sha256.ofFile(file)));
            }
        }
        ImageManifest manifest = new ImageManifest(List.copyOf(found.values()));
        manifest.requireReadable(tree);
        return manifest;
    }

    /** Reads a manifest; anything but the one form of its text is refused. */
    public static ImageManifest parse(byte[] bytes) throws ImageRefusedException {
        if (bytes.length > BYTES_MAX) {
            throw malformed("is longer than " + BYTES_MAX + " bytes");
        }
        String[] lines = new String(bytes, StandardCharsets.US_ASCII).split("\n", -1);
        if (!lines[0].equals(HEAD)) {
            throw malformed("does not begin with \"" + HEAD + "\"");
        }
        if (lines.length > FILES_MAX || !lines[lines.length - 1].isEmpty()) {
            throw malformed("has more than " + FILES_MAX + " lines or ends within one");
        }
        List<Entry> entries = new ArrayList<>();
        String last = "";
        for (int i = 1; i < lines.length - 1; i++) {
            Entry entry = parseLine(lines[i], i + 1);
            if (entry.path.compareTo(last) <= 0) {
                throw malformed("line " + (i + 1) + " is out of order");
            }
            last = entry.path;
            entries.add(entry);
        }
        return new ImageManifest(entries);
    }

    /** Reads a manifest and its signature from a folder and checks both. */
    public static ImageManifest readSigned(Path folder, VerifyKey releaseKey) throws ImageRefusedException {
        byte[] text = read(folder.resolve(FILE_NAME), BYTES_MAX);
        byte[] signature = read(folder.resolve(SIGNATURE_FILE_NAME), 1024);
        if (!releaseKey.verify(signedBytes(text), signature)) {
            throw new ImageRefusedException(
                    new Finding(SIGNATURE_FILE_NAME, "is no signature of the manifest by " + releaseKey.fingerprint()));
        }
        return parse(text);
    }

    /** Returns the signature of this manifest by the release key, for {@link #SIGNATURE_FILE_NAME}. */
    public byte[] sign(SigningKey releaseKey) {
        return releaseKey.sign(signedBytes(bytes()));
    }

    /** Returns the files in order of their paths. */
    public List<Entry> entries() {
        return entries;
    }

    /** Returns the text, the only one for these files. */
    public byte[] bytes() {
        StringBuilder text = new StringBuilder(HEAD).append('\n');
        entries.forEach(entry -> text.append(entry).append('\n'));
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns the SHA-256 digest of the text, in hex: the name of this image. */
    public String digest() {
        return HexFormat.of().formatHex(Sha256.of(bytes()));
    }

    private static Entry parseLine(String line, int number) throws ImageRefusedException {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            throw malformed("line " + number + " is not: mode size digest path");
        }
        String path = matcher.group(4);
        if (("/" + path + "/").contains("/./") || ("/" + path + "/").contains("/../")) {
            throw malformed("line " + number + " leaves the image");
        }
        int mode = Integer.parseInt(matcher.group(1), 8);
        return new Entry(path, mode, Long.parseLong(matcher.group(2)), matcher.group(3));
    }

    private static byte[] read(Path file, int bytesMax) throws ImageRefusedException {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return in.readNBytes(bytesMax + 1);
        } catch (IOException e) {
            throw new ImageRefusedException(new Finding(file.toString(), "cannot be read: " + e));
        }
    }

    private static byte[] signedBytes(byte[] text) {
        byte[] signed = new byte[DOMAIN.length + text.length];
        System.arraycopy(DOMAIN, 0, signed, 0, DOMAIN.length);
        System.arraycopy(text, 0, signed, DOMAIN.length, text.length);
        return signed;
    }

    private static ImageRefusedException malformed(String fault) {
        return new ImageRefusedException(new Finding(FILE_NAME, fault));
    }

    /** A file whose name no manifest can hold must be noticed when the image is built. */
    private void requireReadable(Path tree) throws IOException {
        try {
            parse(bytes());
        } catch (ImageRefusedException e) {
            throw new IOException(tree + " cannot be an image: " + e.getMessage(), e);
        }
    }

    /**
     * One file.
     *
     * @param mode 0444, or 0555 for what the system must execute
     * @param sha256 in hex
     */
    public record Entry(String path, int mode, long size, String sha256) {

        @Override
        public String toString() {
            return "0" + Integer.toOctalString(mode) + " " + size + " " + sha256 + " " + path;
        }
    }
}
