package dev.bft.watchdog.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DescriptorTest {

    @TempDir
    Path folder;

    @Test
    void aFolderIsNamedByAShortPath() throws Exception {
        Path deep = Files.createDirectories(folder.resolve("a".repeat(200)));
        Files.writeString(deep.resolve("file"), "here");
        try (Descriptor open = Descriptor.ofFolder(deep)) {
            assertThat(open.path().resolve("file")).hasContent("here");
            assertThat(open.path().toString()).hasSizeLessThan(30);
        }
    }

    @Test
    void aLogIsNotOpenedThroughALink() throws Exception {
        Files.createSymbolicLink(folder.resolve("log"), folder.resolve("elsewhere"));
        assertThatThrownBy(() -> Descriptor.appendTo(folder.resolve("log")))
                .isInstanceOf(SystemCallException.class)
                .hasMessageContaining("Too many levels of symbolic links");
        assertThat(folder.resolve("elsewhere")).doesNotExist();
    }

    @Test
    void aLogIsItsOwnersAlone() throws Exception {
        try (Descriptor log = Descriptor.appendTo(folder.resolve("log"))) {
            assertThat(log.number()).isGreaterThanOrEqualTo(16);
            assertThat(Files.getPosixFilePermissions(folder.resolve("log")))
                    .isEqualTo(java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        }
    }

    @Test
    void closingTwiceClosesNothingElse() throws Exception {
        Descriptor.Pipe pipe = Descriptor.pipe();
        pipe.readEnd().close();
        try (Descriptor log = Descriptor.appendTo(folder.resolve("log"))) {
            pipe.readEnd().close();
            assertThat(log.path()).exists();
        }
        pipe.writeEnd().close();
    }
}
