package dev.bft.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    @Test
    void theShareOfAProcessThatStaysTheSizeItWasIsNotWalkedForAgain() throws IOException {
        process(50_000, 40_000);
        assertThat(file.useOf(PID).pssBytes()).isEqualTo(40_000L << 10);
        process(52_000, 30_000);
        assertThat(file.useOf(PID).pssBytes()).isEqualTo(40_000L << 10);
    }

    @Test
    void aProcessThatHasShrunkIsNotToldTheShareItHad() throws IOException {
        process(50_000, 40_000);
        assertThat(file.useOf(PID).pssBytes()).isEqualTo(40_000L << 10);
        process(20_000, 15_000);
        assertThat(file.useOf(PID).pssBytes()).isEqualTo(15_000L << 10);
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
