package dev.bft.watchdog.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
final class ImageBuilderTest {

    @TempDir
    Path folder;

    private Path built;
    private ImageManifest manifest;

    @BeforeEach
    void build() throws Exception {
        built = TestImage.build();
        manifest = ImageManifest.parse(Files.readAllBytes(built.resolve(ImageManifest.FILE_NAME)));
    }

    @AfterEach
    void removeReadOnly() throws IOException {
        ImageTree.delete(folder.resolve("copy"));
    }

    @Test
    void theManifestSaysWhatIsThere() throws Exception {
        assertThat(ImageManifest.of(built.resolve("image")).bytes()).isEqualTo(manifest.bytes());
        assertThat(manifest.entries())
                .extracting(ImageManifest.Entry::path)
                .contains("jre/bin/java", "jre/lib/modules", "lib/standin.jar", "classes.jsa", "jvm.args");
    }

    @Test
    void anImageIsBuiltOnceForTheSameInputs() throws Exception {
        FileTime before = Files.getLastModifiedTime(built.resolve(ImageManifest.FILE_NAME));
        TestImage.build();
        assertThat(Files.getLastModifiedTime(built.resolve(ImageManifest.FILE_NAME)))
                .isEqualTo(before);
    }

    @Test
    void aCopyInAnotherPlaceStartsFromTheClassArchive() throws Exception {
        Path copy = copy();
        String loaded = outputOf(
                copy,
                "-Xshare:on",
                "-Xlog:class+load:file=/dev/stdout",
                "@" + ImageBuilder.ARGUMENTS,
                "--state",
                state("exit"));
        assertThat(loaded)
                .containsPattern("dev\\.bft\\.standin\\.StandInReplica source: shared objects file")
                .containsPattern("dev\\.bft\\.coprocessor\\.LocalChannel source: shared objects file");
        assertThat(loaded.lines().filter(line -> line.contains(" source: jrt:")).count())
                .as("classes of the JDK that are not in the archive")
                .isLessThan(40);
    }

    @Test
    void theRuntimeOfTheImageKnowsNoOtherModulesThanAreUsed() throws Exception {
        String modules = outputOf(copy(), "--list-modules");
        assertThat(modules.lines().map(line -> line.replaceAll("@.*", "")))
                .contains("java.base")
                .hasSizeLessThan(6);
    }

    @Test
    void librariesAreCutToWhatIsReached() throws Exception {
        try (Stream<Path> jars = Files.list(built.resolve("image/lib"))) {
            Path bouncyCastle = jars.filter(jar -> jar.toString().contains("bcprov"))
                    .findFirst()
                    .orElseThrow();
            assertThat(Files.size(bouncyCastle)).isLessThan(3_000_000);
        }
    }

    private Path copy() throws Exception {
        Path copy = folder.resolve("copy");
        ImageTree.copy(built.resolve("image"), copy, manifest);
        new ImageVerifier(manifest).verify(copy);
        return copy;
    }

    private String state(String behaviour) throws IOException {
        Files.writeString(folder.resolve("behaviour"), behaviour);
        return folder.toString();
    }

    private static String outputOf(Path image, String... arguments) throws Exception {
        List<String> command = Stream.concat(
                        Stream.of(image.resolve("jre/bin/java").toString()), Stream.of(arguments))
                .toList();
        Process process = new ProcessBuilder(command)
                .directory(image.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }
}
