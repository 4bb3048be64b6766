package dev.bft.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When the memory that a load left is given back. */
class IdleHeapTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int SMALL = 100;
    private static final int LARGE = 200;

    private long heap = SMALL;
    private int collected;
    private long now;
    private long frames;
    private final IdleHeap idle = new IdleHeap(
            0,
            () -> heap,
            () -> {
                collected++;
                heap = SMALL;
            },
            0);

    private void seconds(int count, int framesEach) {
        for (int i = 0; i < count; i++) {
            now += SECOND;
            frames += framesEach;
            idle.look(now, frames);
        }
    }

    @Test
    void itIsGivenBackOnceAfterEachLoad() {
        heap = LARGE;
        seconds(10, 1000);
        assertThat(collected).as("under load").isZero();
        seconds(10, 20);
        assertThat(collected).isEqualTo(1);
        heap = LARGE;
        seconds(10, 20);
        assertThat(collected).as("no load since").isEqualTo(1);
        seconds(1, 1000);
        seconds(10, 20);
        assertThat(collected).isEqualTo(2);
    }

    @Test
    void aHeapThatHasNotGrownIsLeftAlone() {
        seconds(10, 1000);
        seconds(10, 20);
        assertThat(collected).isZero();
    }

    @Test
    void theReplicasDoItOneAfterAnother() {
        IdleHeap third = new IdleHeap(2, () -> heap, () -> collected++, 0);
        heap = LARGE;
        third.look(4 * SECOND, 0);
        assertThat(collected).as("the first has its time").isZero();
        third.look(5 * SECOND, 0);
        assertThat(collected).isEqualTo(1);
    }
}
