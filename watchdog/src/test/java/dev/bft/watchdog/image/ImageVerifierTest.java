package dev.bft.watchdog.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each way to tamper with an image is found and named, in the image itself and in a copy. */
final class ImageVerifierTest {

    @TempDir
    Path folder;

    private Path image;
    private ImageManifest manifest;

    @BeforeEach
    void makeImage() throws IOException {
        image = folder.resolve("image");
        write("bin/java", "#!", ImageManifest.EXECUTABLE);
        write("lib/a.jar", "some classes", ImageManifest.READ_ONLY);
        write("lib/deep/b.jar", "other classes", ImageManifest.READ_ONLY);
        write("args", "-cp lib/a.jar", ImageManifest.READ_ONLY);
        manifest = ImageManifest.of(image);
    }

    @Test
    void anUntouchedImageAndItsCopyPass() throws Exception {
        new ImageVerifier(manifest).verify(image);
        ImageTree.copy(image, folder.resolve("copy"), manifest);
        new ImageVerifier(manifest).verify(folder.resolve("copy"));
        assertThat(Files.getLastModifiedTime(folder.resolve("copy/lib/a.jar"))).isEqualTo(ImageTree.NO_TIME);
    }

    @ParameterizedTest
    @MethodSource("tamperings")
    void everyTamperingIsFoundAndNamed(Tampering tampering) throws Exception {
        tampering.deed.on(image);
        assertThat(new ImageVerifier(manifest).findings(image)).singleElement().hasToString(tampering.finding);
        assertThatThrownBy(() -> new ImageVerifier(manifest).verify(image))
                .isInstanceOf(ImageRefusedException.class)
                .hasMessage("image refused: " + tampering.finding);
    }

    @ParameterizedTest
    @MethodSource("tamperings")
    void noTamperedImageGivesACopyThatPasses(Tampering tampering) throws Exception {
        tampering.deed.on(image);
        Path copy = folder.resolve("copy");
        assertThatThrownBy(() -> {
                    ImageTree.copy(image, copy, manifest);
                    new ImageVerifier(manifest).verify(copy);
                })
                .isInstanceOf(ImageRefusedException.class)
                .hasMessageContaining(tampering.finding);
    }

    static Stream<Tampering> tamperings() {
        return Stream.of(
                new Tampering("lib/a.jar was changed: its SHA-256 digest differs", image -> {
                    Files.writeString(image.resolve("lib/a.jar"), "SOME classes");
                }),
                new Tampering("lib/a.jar was changed: 13 bytes instead of 12", image -> {
                    Files.writeString(image.resolve("lib/a.jar"), "!", StandardOpenOption.APPEND);
                }),
                new Tampering("lib/a.jar was changed: 0 bytes instead of 12", image -> {
                    Files.writeString(image.resolve("lib/a.jar"), "");
                }),
                new Tampering("lib/c.jar was added", image -> Files.writeString(image.resolve("lib/c.jar"), "x")),
                new Tampering("lib/.hidden was added", image -> Files.writeString(image.resolve("lib/.hidden"), "")),
                new Tampering("lib/empty was added", image -> Files.createDirectory(image.resolve("lib/empty"))),
                new Tampering("b?d was added", image -> Files.writeString(image.resolve("b\nd"), "")),
                new Tampering("lib/deep/b.jar is missing", image -> Files.delete(image.resolve("lib/deep/b.jar"))),
                new Tampering("lib/a.jar is a symbolic link", image -> {
                    Files.move(image.resolve("lib/a.jar"), image.resolveSibling("moved"));
                    Files.createSymbolicLink(image.resolve("lib/a.jar"), image.resolveSibling("moved"));
                }),
                new Tampering("lib/c.jar is a symbolic link", image -> {
                    Files.createSymbolicLink(image.resolve("lib/c.jar"), Path.of("a.jar"));
                }),
                new Tampering("lib/a.jar has a second hard link", image -> {
                    Files.createLink(image.resolveSibling("linked"), image.resolve("lib/a.jar"));
                }),
                new Tampering("lib/a.jar has mode 0644 instead of 0444", image -> {
                    Files.setAttribute(image.resolve("lib/a.jar"), "unix:mode", 0644);
                }),
                new Tampering("bin/java has mode 04555 instead of 0555", image -> {
                    Files.setAttribute(image.resolve("bin/java"), "unix:mode", 04555);
                }),
                new Tampering("lib/a.jar is no regular file", image -> {
                    Files.delete(image.resolve("lib/a.jar"));
                    run("mkfifo", "-m", "0444", image.resolve("lib/a.jar").toString());
                }));
    }

    @Test
    void aFolderInPlaceOfAFileIsFound() throws Exception {
        Files.delete(image.resolve("lib/a.jar"));
        Files.createDirectory(image.resolve("lib/a.jar"));
        assertThat(new ImageVerifier(manifest).findings(image)).isNotEmpty();
    }

    @Test
    void aLinkedFolderIsNotEntered() throws Exception {
        Files.move(image.resolve("lib"), folder.resolve("moved"));
        Files.createSymbolicLink(image.resolve("lib"), folder.resolve("moved"));
        assertThat(new ImageVerifier(manifest).findings(image))
                .map(Object::toString)
                .contains("lib is a symbolic link", "lib/a.jar is missing");
    }

    @Test
    void thousandsOfAddedFilesAreNotAllTold() throws Exception {
        for (int i = 0; i < 1000; i++) {
            Files.createFile(image.resolve("junk" + i));
        }
        assertThat(new ImageVerifier(manifest).findings(image)).hasSize(100);
    }

    @Test
    void aFolderThatIsNotThereIsRefused() {
        assertThat(new ImageVerifier(manifest).findings(folder.resolve("nowhere")))
                .isNotEmpty();
    }

    private void write(String path, String content, int mode) throws IOException {
        Path file = image.resolve(path);
        Files.createDirectories(file.getParent() == null ? image : file.getParent());
        Files.writeString(file, content);
        ImageTree.finish(file, mode);
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(List.of(command)).start().waitFor()).isZero();
    }

    /** Something an attacker does to an image. */
    private interface Deed {
        void on(Path image) throws IOException, InterruptedException;
    }

    private record Tampering(String finding, Deed deed) {
        @Override
        public String toString() {
            return finding;
        }
    }
}
