package dev.bft.cli.bench;

import dev.bft.service.State;
import dev.bft.state.CheckpointImage;
import dev.bft.state.PagedState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * What checkpoints cost a replica's own thread, on the state that replicas have, in this process: the copies that are made
 * when a page is first written after one, and the digests when the next one is taken (5.1, 5.2). The disk's part is not in it.
 */
public final class CheckpointCost {

    private static final int LONG = 8;
    private static final long SEED = 1;

    private final byte[][] base;
    private final PagedState state;
    private final Random random = new Random(SEED);
    private final List<Integer> order = new ArrayList<>();
    private long seqno;

    /**
     * What so many modified pages cost in each of the rounds.
     *
     * @param pages modified between one checkpoint and the next
     * @param copies nanoseconds that the first write to all of them took longer than a second one
     * @param digests nanoseconds that it took to take the checkpoint
     */
    public record Cost(int pages, List<Long> copies, List<Long> digests) {}

    /** A state of so many pages, each with something in it. */
    public CheckpointCost(int pages) {
        base = new byte[pages][];
        state = new PagedState((page, target) -> System.arraycopy(base[page], 0, target, 0, target.length), 0, pages);
        for (int page = 0; page < pages; page++) {
            base[page] = new byte[State.PAGE_SIZE];
            random.nextBytes(base[page]);
            order.add(page);
        }
        state.recompute(seqno);
    }

    /** Takes so many checkpoints, each after so many other pages were written. */
    public Cost measure(int pages, int rounds) {
        List<Long> copies = new ArrayList<>();
        List<Long> digests = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            Collections.shuffle(order, random);
            long first = write(pages);
            long again = write(pages);
            long begun = System.nanoTime();
            state.fold(++seqno);
            digests.add(System.nanoTime() - begun);
            copies.add(Math.max(0, first - again));
            install();
        }
        return new Cost(pages, copies, digests);
    }

    private long write(int pages) {
        State service = state.service();
        long value = random.nextLong();
        long begun = System.nanoTime();
        for (int i = 0; i < pages; i++) {
            service.writeLong((long) order.get(i) * State.PAGE_SIZE + LONG, value + i);
        }
        return System.nanoTime() - begun;
    }

    /** As if it were stable, and on disk at once. */
    private void install() {
        for (CheckpointImage.Page page : state.image(seqno, true).pages()) {
            base[page.index()] = page.bytes().clone();
        }
        state.installed(seqno);
    }
}
