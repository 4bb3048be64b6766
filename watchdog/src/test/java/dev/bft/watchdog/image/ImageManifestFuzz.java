package dev.bft.watchdog.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.bft.fuzz.Bounds;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as the manifest of an image: one text, whose paths stay inside the image, or refused. */
@Timeout(60)
final class ImageManifestFuzz {
    /** An empty line becomes a text of its own before they are counted; the fuzzer's hooks take memory for a pattern. */
    private static final Bounds BOUNDS = new Bounds(512 << 10, 256);

    static Stream<byte[]> seeds() {
        String head = "bft image manifest 1\n";
        String digest = "ab".repeat(32);
        return Stream.of(
                        "",
                        head,
                        head + "0444 12 " + digest + " a/b.jar\n0555 0 " + digest + " bin/java\n",
                        head + "0444 12 " + digest + " b\n0444 12 " + digest + " a\n",
                        head + "0444 999999999999 " + digest + " a/../b\n",
                        head + "0444 1 " + digest + " " + "x/".repeat(15) + "y\n",
                        head + "\n".repeat(9000))
                .map(text -> text.getBytes(StandardCharsets.US_ASCII));
    }

    @MethodSource("seeds")
    @FuzzTest
    void aManifestHasOneTextAndStaysInsideTheImageOrIsRefused(byte[] bytes) {
        Optional<ImageManifest> manifest = BOUNDS.within(bytes.length, () -> read(bytes));
        manifest.ifPresent(m -> {
            assertThat(m.bytes()).isEqualTo(bytes);
            for (ImageManifest.Entry entry : m.entries()) {
                Path path = Path.of("/image").resolve(entry.path());
                assertThat(path.normalize()).isEqualTo(path).startsWithRaw(Path.of("/image"));
            }
        });
    }

    private static Optional<ImageManifest> read(byte[] bytes) {
        try {
            return Optional.of(ImageManifest.parse(bytes));
        } catch (ImageRefusedException e) {
            return Optional.empty();
        }
    }
}
