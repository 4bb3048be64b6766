package dev.bft.watchdog.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bft.keystore.SigningKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageManifestTest {

    private static final String HEAD = "bft image manifest 1\n";
    private static final String DIGEST = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private static final String FILE = "0444 12 " + DIGEST + " lib/a.jar\n";

    @TempDir
    Path folder;

    @Test
    void theTextHasOneForm() throws Exception {
        String text = HEAD + FILE + "0555 0 " + DIGEST + " lib/b\n";
        ImageManifest manifest = ImageManifest.parse(ascii(text));
        assertThat(new String(manifest.bytes(), StandardCharsets.US_ASCII)).isEqualTo(text);
        assertThat(manifest.entries()).hasSize(2);
        assertThat(manifest.digest()).hasSize(64);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bft image manifest 2\n",
                HEAD + "0444 12 " + DIGEST + " lib/a.jar",
                HEAD + FILE + FILE,
                HEAD + "0444 12 " + DIGEST + " b\n0444 12 " + DIGEST + " a\n",
                HEAD + "0444 12 " + DIGEST + " ../a\n",
                HEAD + "0444 12 " + DIGEST + " a/./b\n",
                HEAD + "0444 12 " + DIGEST + " /a\n",
                HEAD + "0444 12 " + DIGEST + " a//b\n",
                HEAD + "0444 12 " + DIGEST + " a b\n",
                HEAD + "0444 12 " + DIGEST + " a\u00e9\n",
                HEAD + "0644 12 " + DIGEST + " a\n",
                HEAD + "04555 12 " + DIGEST + " a\n",
                HEAD + "0444 012 " + DIGEST + " a\n",
                HEAD + "0444 -1 " + DIGEST + " a\n",
                HEAD + "0444 9999999999999 " + DIGEST + " a\n",
                HEAD + "0444 12 0123 a\n",
                HEAD + "\n"
            })
    void anyOtherTextIsRefused(String text) {
        assertThatThrownBy(() -> ImageManifest.parse(text.getBytes(StandardCharsets.ISO_8859_1)))
                .isInstanceOf(ImageRefusedException.class)
                .hasMessageContaining("image.manifest");
    }

    @Test
    void anEndlessManifestIsRefused() {
        assertThatThrownBy(() -> ImageManifest.parse(new byte[2 << 20])).hasMessageContaining("is longer than");
        assertThatThrownBy(() -> ImageManifest.parse(ascii(HEAD + "\n".repeat(5000))))
                .hasMessageContaining("more than 4096 lines");
    }

    @Test
    void aManifestWithOneByteChangedIsRefusedOrSaysOtherwise() throws Exception {
        byte[] good = ascii(HEAD + FILE);
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                assertThat(ImageManifest.parse(bad).bytes()).isEqualTo(bad).isNotEqualTo(good);
            } catch (ImageRefusedException e) {
                assertThat(e.findings()).hasSize(1);
            }
        }
    }

    @Test
    void onlyTheReleaseKeysSignatureIsAccepted() throws Exception {
        SigningKey release = SigningKey.generate(new SecureRandom());
        ImageManifest manifest = ImageManifest.parse(ascii(HEAD + FILE));
        Files.write(folder.resolve("image.manifest"), manifest.bytes());
        Files.write(folder.resolve("image.manifest.sig"), manifest.sign(release));
        assertThat(ImageManifest.readSigned(folder, release.verifyKey()).digest())
                .isEqualTo(manifest.digest());

        SigningKey other = SigningKey.generate(new SecureRandom());
        assertRefused(other, "image.manifest.sig is no signature of the manifest by");
        Files.write(folder.resolve("image.manifest.sig"), release.sign(manifest.bytes()));
        assertRefused(release, "image.manifest.sig is no signature of the manifest by");
        Files.write(folder.resolve("image.manifest.sig"), manifest.sign(release));
        Files.write(folder.resolve("image.manifest"), ascii(HEAD));
        assertRefused(release, "image.manifest.sig is no signature of the manifest by");
        Files.delete(folder.resolve("image.manifest.sig"));
        assertRefused(release, "cannot be read");
    }

    @Test
    void aFileThatNoManifestCanNameFailsTheBuild() throws Exception {
        Files.writeString(folder.resolve("a b"), "");
        assertThatThrownBy(() -> ImageManifest.of(folder)).hasMessageContaining("cannot be an image");
    }

    private void assertRefused(SigningKey key, String words) {
        assertThatThrownBy(() -> ImageManifest.readSigned(folder, key.verifyKey()))
                .isInstanceOf(ImageRefusedException.class)
                .hasMessageContaining(words);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
