package dev.bft.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SweepProgressTest {
    private static final long SECOND = 1_000_000_000L;

    private static List<String> lines(int seeds) {
        SweepProgress progress = new SweepProgress(seeds);
        List<String> lines = new ArrayList<>();
        for (int i = 1; i <= seeds; i++) {
            progress.add(i == 700, i * SECOND).ifPresent(lines::add);
        }
        return lines;
    }

    @Test
    void aLongSweepTellsHowFarItIs() {
        assertThat(lines(10_000))
                .hasSize(19)
                .startsWith(
                        "500 of 10000 seeds, 0 broke a rule; 500 s, about 9500 s to go",
                        "1000 of 10000 seeds, 1 broke a rule; 1000 s, about 9000 s to go");
    }

    @Test
    void aShortOneSaysNothing() {
        assertThat(lines(199)).isEmpty();
    }
}
