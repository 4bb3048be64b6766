package dev.bft.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class WarmUpTest {

    private final List<Integer> seconds = new ArrayList<>();

    @Test
    void compilersThatTakeNothingForFiveSecondsAreAtRest() throws Exception {
        AtomicLong compilers = new AtomicLong(1);
        boolean rest = WarmUp.<InterruptedException>atRest(100, compilers::get, second -> {
            seconds.add(second);
            // More than the time that passes, as those of many processes may take.
            compilers.addAndGet(second <= 3 ? 10_000_000_000L : 0);
        });
        assertThat(rest).isTrue();
        assertThat(seconds).hasSize(8);
    }

    @Test
    void compilersThatNobodyTellsOfAreGivenAllTheTime() throws Exception {
        assertThat(WarmUp.<InterruptedException>atRest(11, () -> 0, seconds::add))
                .isFalse();
        assertThat(seconds).hasSize(11);
    }
}
