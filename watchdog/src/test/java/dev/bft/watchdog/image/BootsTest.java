package dev.bft.watchdog.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bft.keystore.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left on the disk of boots that succeed and of boots that do not. */
final class BootsTest {

    @TempDir
    Path folder;

    private Path file;
    private Boots boots;

    @BeforeEach
    void makeImage() throws IOException {
        Path image = Files.createDirectories(folder.resolve("image"));
        file = Files.writeString(image.resolve("a.jar"), "some classes");
        ImageTree.finish(file, ImageManifest.READ_ONLY);
        ImageManifest manifest = ImageManifest.of(image);
        SigningKey release = SigningKey.generate(new SecureRandom());
        Path rom = Files.createDirectories(folder.resolve("rom"));
        Files.write(rom.resolve("image.manifest"), manifest.bytes());
        Files.write(rom.resolve("image.manifest.sig"), manifest.sign(release));
        Path config = Files.writeString(folder.resolve("bft.toml"), "n = 4");
        boots = new Boots(image, rom, config, folder.resolve("boots"), release.verifyKey());
    }

    @Test
    void aBootHasItsCopyUntilALaterOneReplacesIt() throws Exception {
        boots.prepare(1);
        boots.prepare(2);
        assertThat(boots.folder(1).resolve("a.jar")).hasContent("some classes");
        boots.deleteBefore(2);
        assertThat(boots.folder(1)).doesNotExist();
        assertThat(boots.folder(2).resolve("rom/bft.toml")).exists();
    }

    @Test
    void aCopyThatIsRefusedDoesNotStay() throws Exception {
        boots.prepare(1);
        file.toFile().setWritable(true);
        Files.writeString(file, "SOME classes");
        ImageTree.finish(file, ImageManifest.READ_ONLY);
        for (long boot = 2; boot < 5; boot++) {
            long next = boot;
            assertThatThrownBy(() -> boots.prepare(next)).hasMessageContaining("a.jar was changed");
        }
        assertThat(folder.resolve("boots")).isDirectoryContaining(path -> path.endsWith("1"));
        assertThat(folder.resolve("boots").toFile().list()).hasSize(1);
    }

    @Test
    void aCopyThatCannotBeMadeDoesNotStay() throws Exception {
        Files.delete(folder.resolve("bft.toml"));
        assertThatThrownBy(() -> boots.prepare(1)).isInstanceOf(ImageRefusedException.class);
        assertThat(boots.folder(1)).doesNotExist();
    }
}
