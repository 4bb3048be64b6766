package dev.bft.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.state.PagedState;
import dev.bft.wire.Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The largest state there may be: 4 GiB of which next to nothing was ever written. */
class LargeStateTest {
    private static final int PAGES = 1 << 20;
    private static final Duration BOOT = Duration.ofSeconds(60);
    private static final long CHECKPOINTS = 50;

    @TempDir
    private Path path;

    private StateFile open() throws Exception {
        return StateFile.open(new Directory(path), new byte[16], PAGES, true);
    }

    @Test
    void itOpensAndIsDigestedInSecondsAndACheckpointCostsWhatWasWritten() throws Exception {
        long last = (long) PAGES * PagedState.PAGE_SIZE - Long.BYTES;
        Digest digest;
        try (StateFile file = open()) {
            PagedState state = new PagedState(file, 0, PAGES);
            long begun = System.nanoTime();
            state.recompute(0);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(BOOT);
            for (long n = 1; n <= CHECKPOINTS; n++) {
                state.service().writeLong(last, n);
                state.service().writeLong((n << 30) % last, n);
                state.fold(n);
                file.install(state.image(n, true), false);
                state.installed(n);
            }
            digest = state.digest();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(BOOT);
        }
        assertThat((long) Files.getAttribute(path.resolve(StateFile.FILE), "unix:size"))
                .isEqualTo((1L + PAGES) * PagedState.PAGE_SIZE);
        try (StateFile file = open()) {
            PagedState state = new PagedState(file, 0, PAGES);
            assertThat(state.recompute(CHECKPOINTS)).isEqualTo(digest);
            assertThat(state.service().readLong(last)).isEqualTo(CHECKPOINTS);
        }
    }
}
