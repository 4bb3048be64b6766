package dev.bft.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.protocol.Effect;
import dev.bft.protocol.Saved;
import dev.bft.state.CheckpointImage;
import dev.bft.state.PagedState;
import dev.bft.wire.Digest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimDiskTest {
    private static final int SEEDS = 100;

    private final Timeline time = new Timeline();
    private final Tally tally = new Tally();
    private final List<Long> tokens = new ArrayList<>();

    private SimDisk disk(long seed, boolean durable) {
        Plan drawn = Plan.draw(seed, 4, 100);
        Plan.Tunables tunables = drawn.tunables().withDurable(durable);
        Plan plan = new Plan(
                seed,
                4,
                tunables,
                drawn.faults(),
                drawn.weather(),
                drawn.disks(),
                drawn.load(),
                false,
                Collections.emptySortedMap());
        SimDisk disk = new SimDisk(time, plan, new Rng(seed), tally, new SimDisk.Watcher() {
            @Override
            public void durable(Effect effect) {}

            @Override
            public void restarted(DiskImage image, boolean whole) {}
        });
        disk.boot(0, tokens::add);
        return disk;
    }

    private static Effect append(long token) {
        return new Effect.Append(token, record(token));
    }

    /** A record that ends with zeros, which a torn end is made of too. */
    private static byte[] record(long token) {
        byte[] bytes = new byte[40];
        bytes[0] = 1;
        bytes[1] = (byte) token;
        return bytes;
    }

    private static Effect install(long token, long seqno) {
        byte[] page = new byte[PagedState.PAGE_SIZE];
        Arrays.fill(page, (byte) seqno);
        CheckpointImage.Page only = new CheckpointImage.Page(3, page);
        return new Effect.Install(token, new CheckpointImage(seqno, Digest.ZERO, true, List.of(only)));
    }

    private void runOut() {
        while (time.runNext()) {
            assertThat(time.now()).isNotNegative();
        }
    }

    private static List<Integer> numbers(Saved saved) {
        return saved.records().stream().map(record -> (int) record[1]).toList();
    }

    @Test
    void whatWasSyncedSurvives() {
        SimDisk disk = disk(1, true);
        disk.submit(append(1));
        disk.submit(install(2, 16));
        disk.submit(append(3));
        runOut();
        assertThat(tokens).endsWith(3L).isSorted();
        disk.crash();
        Saved saved = disk.boot(0, tokens::add);
        assertThat(saved.intact()).isTrue();
        assertThat(saved.seqno()).isEqualTo(16);
        assertThat(numbers(saved)).containsExactly(1, 3);
        byte[] page = new byte[PagedState.PAGE_SIZE];
        disk.read(3, page);
        assertThat(page).containsOnly(16);
        disk.read(4, page);
        assertThat(page).containsOnly(0);
    }

    @Test
    void aCrashKeepsAFirstPartOfWhatWasUnderWay() {
        boolean none = false;
        boolean some = false;
        for (long seed = 0; seed < SEEDS; seed++) {
            SimDisk disk = disk(seed, true);
            disk.submit(append(1));
            runOut();
            for (long token = 2; token < 8; token++) {
                disk.submit(append(token));
            }
            time.runNext();
            disk.submit(append(8));
            disk.crash();
            runOut();
            List<Integer> left = numbers(disk.boot(0, tokens::add));
            assertThat(left)
                    .as("seed %d", seed)
                    .startsWith(1)
                    .isEqualTo(List.of(1, 2, 3, 4, 5, 6, 7, 8).subList(0, left.size()));
            none |= left.size() == 2;
            some |= left.size() > 2;
        }
        assertThat(none && some).isTrue();
        assertThat(tally.seen(Fault.TORN_WRITE)).isPositive();
    }

    @Test
    void anInstallIsThereWholeOrNotAtAll() {
        int old = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            SimDisk disk = disk(seed, true);
            disk.submit(install(1, 8));
            runOut();
            disk.submit(install(2, 16));
            disk.crash();
            Saved saved = disk.boot(0, tokens::add);
            byte[] page = new byte[PagedState.PAGE_SIZE];
            disk.read(3, page);
            assertThat(page).containsOnly((byte) saved.seqno());
            old += saved.seqno() == 8 ? 1 : 0;
        }
        assertThat(old).isBetween(1, SEEDS - 1);
    }

    @Test
    void aCrashIsNotHeardOf() {
        SimDisk disk = disk(5, true);
        disk.submit(append(1));
        disk.crash();
        runOut();
        assertThat(tokens).isEmpty();
    }

    @Test
    void aLogOfAnotherTickIsNotIntact() {
        SimDisk disk = disk(6, true);
        disk.submit(new Effect.NewSegment(1, 7, List.of(record(9))));
        runOut();
        disk.crash();
        assertThat(disk.boot(8, tokens::add).intact()).isFalse();
        Saved saved = disk.boot(7, tokens::add);
        assertThat(saved.intact()).isTrue();
        assertThat(numbers(saved)).containsExactly(9);
    }

    @Test
    void inMemoryModeOnlyASaveSurvivesAndOnlyOnce() {
        SimDisk disk = disk(7, false);
        disk.submit(append(1));
        runOut();
        disk.submit(new Effect.NewSegment(2, 1, List.of(record(1))));
        disk.save();
        disk.crash();
        Saved saved = disk.boot(1, tokens::add);
        assertThat(saved.intact()).isTrue();
        assertThat(numbers(saved)).containsExactly(1);
        disk.crash();
        assertThat(disk.boot(1, tokens::add).intact()).isFalse();
    }

    @Test
    void aWipedDiskHoldsNothing() {
        SimDisk disk = disk(8, true);
        disk.submit(install(1, 8));
        runOut();
        disk.crash();
        disk.wipe();
        Saved saved = disk.boot(0, tokens::add);
        assertThat(saved.intact()).isFalse();
        assertThat(saved.seqno()).isZero();
        assertThat(saved.records()).isEmpty();
    }
}
