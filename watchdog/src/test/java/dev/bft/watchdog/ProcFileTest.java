package dev.bft.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is told of a process that changes, from a /proc of our own. */
final class ProcFileTest {

    private static final int PID = 7;

    @TempDir
    Path proc;

    private ProcFile file;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectory(proc.resolve("7"));
        file = new ProcFile(proc);
    }

    @Test
    void aProcessAskedForWhileItBootsIsMeasuredAgainWhenItHasGrown() throws IOException {
        process(1_000, 700);
        assertThat(file.useOf(PID).pssBytes()).isEqualTo(700L << 10);
        process(51_000, 40_000);
        assertThat(file.useOf(PID).rssBytes()).isEqualTo(51_000L << 10);
        assertThat(file.useOf(PID).pssBytes()).isEqualTo(40_000L << 10);
    }

    @ParameterizedTest
    @CsvSource({
        // It stays the size it was, and is not walked for again; it has shrunk, and is.
        "52000, 30000, 40000",
        "20000, 15000, 15000",
    })
    void theShareIsMeasuredAgainWhereTheSizeHasChanged(int resident, int share, long told) throws IOException {
        process(50_000, 40_000);
        assertThat(file.useOf(PID).pssBytes()).isEqualTo(40_000L << 10);
        process(resident, share);
        assertThat(file.useOf(PID).pssBytes()).isEqualTo(told << 10);
    }

    @Test
    void aProcessThatIsGoneUsesNothing() {
        assertThat(file.useOf(8)).isEqualTo(ProcessUse.NONE);
    }

    private void process(int residentKib, int shareKib) throws IOException {
        Path folder = proc.resolve("7");
        Files.writeString(folder.resolve("status"), "Name:\tjava\nVmRSS:\t%8d kB\n".formatted(residentKib));
        Files.writeString(folder.resolve("smaps_rollup"), "Pss:  %12d kB\n".formatted(shareKib));
        Files.writeString(folder.resolve("stat"), "7 (java) S 1 1 1 0 -1 0 0 0 0 0 3 2 0 0\n");
    }
}
