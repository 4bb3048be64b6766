package dev.bft.watchdog.image;

import dev.bft.keystore.ClusterFolder;
import dev.bft.keystore.SigningKey;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.tomlj.Toml;

/** An image of a stand-in replica, built once and kept in this module's target folder. */
public final class TestImage {

    private static final Path OUT = Path.of("target", "test-image").toAbsolutePath();

    private TestImage() {}

    /** Returns the folder of the image and its manifest. */
    public static synchronized Path build() throws Exception {
        Path jars = Files.createDirectories(OUT.resolve("jars"));
        Path standIn = jars.resolve("standin.jar");
        Class<?> main = Class.forName("dev.bft.standin.StandInReplica");
        writeJar(homeOf(main), "dev/bft/standin", standIn);
        Path keystore = jars.resolve("keystore.jar");
        writeJar(homeOf(ClusterFolder.class), "dev/bft", keystore);
        List<Path> libraries = List.of(homeOf(Ed25519.class), homeOf(Toml.class));
        new ImageBuilder(List.of(standIn, keystore), libraries, main.getName()).build(OUT);
        return OUT;
    }

    /** Copies the image into a cluster folder, signs it, and gives its manifest to every ROM. */
    public static void install(ClusterFolder cluster, SigningKey release) throws IOException {
        try {
            Path built = build();
            ImageManifest manifest = ImageManifest.parse(Files.readAllBytes(built.resolve(ImageManifest.FILE_NAME)));
            ImageTree.copy(built.resolve(ImageBuilder.FOLDER), cluster.image(), manifest);
            for (int id = 0; Files.isDirectory(cluster.replica(id)); id++) {
                Files.write(cluster.rom(id).resolve(ImageManifest.FILE_NAME), manifest.bytes());
                Files.write(cluster.rom(id).resolve(ImageManifest.SIGNATURE_FILE_NAME), manifest.sign(release));
            }
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private static Path homeOf(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    /** The same classes give the same bytes, so that an image that is there is not built again. */
    private static void writeJar(Path classes, String folder, Path jar) throws IOException {
        if (Files.isRegularFile(classes)) {
            Files.copy(classes, jar, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            return;
        }
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar));
                Stream<Path> below = Files.walk(classes.resolve(folder))) {
            for (Path file : below.filter(Files::isRegularFile).sorted().toList()) {
                ZipEntry entry = new ZipEntry(classes.relativize(file).toString());
                entry.setLastModifiedTime(FileTime.fromMillis(0));
                out.putNextEntry(entry);
                out.write(Files.readAllBytes(file));
                out.closeEntry();
            }
        }
    }
}
