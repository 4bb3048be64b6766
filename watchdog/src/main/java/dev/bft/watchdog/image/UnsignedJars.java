package dev.bft.watchdog.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/**
 * Takes the signatures out of an installation's jars, at build time. The JVM takes any signer's, so they keep nobody out;
 * but it reads the digests of all classes in such a jar before the first, and a class archive holds none of them.
 */
public final class UnsignedJars {

    private static final String SIGNATURE = "META-INF/[^/]+\\.(SF|RSA|DSA|EC)";

    private UnsignedJars() {}

    /** Rewrites those jars of a folder that are signed. */
    public static void main(String[] args) {
        if (args.length != 1) {
            System.err.println("usage: UnsignedJars LIB-FOLDER");
            System.exit(2);
        }
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(Path.of(args[0]), "*.jar")) {
            for (Path jar : jars) {
                strip(jar);
            }
        } catch (IOException e) {
            System.err.println("cannot take the signatures out of the jars: " + e);
            System.exit(1);
        }
    }

    /** Rewrites a jar without its signatures, if it has any; who reads it meanwhile reads the old one to its end. */
    static void strip(Path path) throws IOException {
        Map<String, byte[]> kept = new TreeMap<>();
        boolean signed = false;
        try (JarFile jar = new JarFile(path.toFile(), false)) {
            List<JarEntry> files =
                    jar.stream().filter(entry -> !entry.isDirectory()).toList();
            for (JarEntry file : files) {
                if (file.getName().matches(SIGNATURE)) {
                    signed = true;
                } else {
                    try (InputStream in = jar.getInputStream(file)) {
                        kept.put(file.getName(), in.readAllBytes());
                    }
                }
            }
            Manifest manifest = jar.getManifest();
            if (manifest != null) {
                kept.put(JarFile.MANIFEST_NAME, withoutDigests(manifest));
            }
        }
        if (signed) {
            Path fresh = path.resolveSibling(path.getFileName() + ".new");
            ImageJars.writeJar(fresh, kept);
            Files.move(fresh, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** What is said of single files is their digests, and nothing without the signature. */
    private static byte[] withoutDigests(Manifest manifest) throws IOException {
        Manifest main = new Manifest();
        Attributes attributes = main.getMainAttributes();
        attributes.putAll(manifest.getMainAttributes());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        main.write(bytes);
        return bytes.toByteArray();
    }
}
