package dev.bft.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProcessMemoryTest {

    @TempDir
    Path folder;

    @Test
    void theMapOfAStateIsApart() throws IOException {
        Path smaps = Files.writeString(folder.resolve("smaps"), """
                f0000000-f8000000 rw-p 00000000 00:00 0\s
                Size:             131072 kB
                Rss:              128000 kB
                Pss:              128000 kB
                7f5e52e01000-7f5e57f43000 r--s 00001000 fe:00 1234    /srv/c1/replica-3/state/state
                Size:              83208 kB
                Rss:               83208 kB
                7f5e91000000-7f5e9233e000 rw-p 00000000 fe:00 1235    /srv/c1/replica-3/boots/1/classes.jsa
                Rss:               19144 kB
                """);
        assertThat(ProcessMemory.resident(smaps)).isEqualTo((128_000L + 19_144) * 1024);
    }

    @Test
    void aProcessThatIsThereHasSomeAndOneThatIsNotHasNone() {
        assertThat(ProcessMemory.largest(List.of(ProcessHandle.current().pid())))
                .isPositive();
        assertThat(ProcessMemory.largest(List.of())).isZero();
        assertThat(ProcessMemory.resident(folder.resolve("none"))).isZero();
    }
}
