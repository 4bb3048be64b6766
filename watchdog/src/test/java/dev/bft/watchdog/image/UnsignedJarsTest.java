package dev.bft.watchdog.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UnsignedJarsTest {

    @TempDir
    Path folder;

    @Test
    void aSignedJarKeepsItsClassesAndLosesItsSignature() throws Exception {
        Path signed = Path.of(Ed25519.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Path jar = Files.copy(signed, folder.resolve("signed.jar"));
        assertThat(signatures(jar)).isPositive();
        UnsignedJars.main(new String[] {folder.toString()});
        assertThat(signatures(jar)).isZero();
        assertThat(classes(jar)).isEqualTo(classes(signed));
        try (JarFile file = new JarFile(jar.toFile())) {
            assertThat(file.isMultiRelease()).isTrue();
            assertThat(file.getManifest().getEntries()).isEmpty();
        }
    }

    @Test
    void aJarThatIsNotSignedIsLeftAsItIs() throws Exception {
        Path jar = folder.resolve("plain.jar");
        byte[] manifest = "Manifest-Version: 1.0\r\n\r\nName: a\r\nOf: a\r\n\r\n".getBytes(StandardCharsets.UTF_8);
        ImageJars.writeJar(jar, new TreeMap<>(Map.of(JarFile.MANIFEST_NAME, manifest, "a", new byte[] {1})));
        byte[] before = Files.readAllBytes(jar);
        UnsignedJars.strip(jar);
        assertThat(jar).hasBinaryContent(before);
    }

    private static long signatures(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream()
                    .filter(entry -> entry.getName().endsWith(".SF"))
                    .count();
        }
    }

    private static Map<String, Long> classes(Path jar) throws IOException {
        Map<String, Long> crcs = new TreeMap<>();
        try (JarFile file = new JarFile(jar.toFile())) {
            file.stream()
                    .filter(entry -> entry.getName().endsWith(".class"))
                    .forEach(entry -> crcs.put(entry.getName(), entry.getCrc()));
        }
        return crcs;
    }
}
