package dev.bft.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.service.State;
import dev.bft.wire.Digest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A paged state does what a naive one does, whatever the order of writes, marks, checkpoints, installs, crashes,
 * served and lying transfers.
 */
class PagedStateModelTest {
    private static final int STEPS = 3000;
    private static final int PROTOCOL = 3;

    private int pageCount;
    private Random random = new Random(0);
    private byte[][] disk = new byte[0][];
    private NaiveState model = new NaiveState(0);
    private PagedState state = new PagedState((page, target) -> {}, 1, 1);
    private long seqno;
    private long installed;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void doesWhatTheNaiveStateDoes(long seed) {
        random = new Random(seed);
        pageCount = 250 + random.nextInt(20);
        disk = new byte[pageCount][NaiveState.PAGE];
        fresh();
        model = new NaiveState(pageCount);
        state.reformat();
        fold();
        for (int step = 0; step < STEPS; step++) {
            step();
        }
    }

    private void fresh() {
        state = new PagedState(
                (page, target) -> System.arraycopy(disk[page], 0, target, 0, NaiveState.PAGE),
                PROTOCOL,
                pageCount - PROTOCOL);
    }

    private void step() {
        int dice = random.nextInt(1000);
        if (dice < 500) {
            write();
        } else if (dice < 700) {
            read();
        } else if (dice < 850) {
            mark();
        } else if (dice < 900) {
            serve();
        } else if (dice < 960) {
            closeMarks();
            fold();
        } else if (dice < 985) {
            closeMarks();
            install();
        } else if (dice < 993) {
            closeMarks();
            transfer();
        } else {
            reboot();
        }
    }

    private long address(int length) {
        long size = (long) pageCount * NaiveState.PAGE;
        long hot = (long) random.nextInt(8) * 31 * NaiveState.PAGE + random.nextInt(NaiveState.PAGE);
        long any = (long) (random.nextDouble() * size);
        return Math.min(random.nextInt(3) == 0 ? any : hot, size - length);
    }

    /** The region that holds the whole range, if one does. */
    private boolean isProtocol(long address, int length) {
        return address + length <= PROTOCOL * (long) NaiveState.PAGE;
    }

    private void write() {
        byte[] bytes = new byte[random.nextInt(20) == 0 ? random.nextInt(9000) : random.nextInt(64)];
        random.nextBytes(bytes);
        long address = address(bytes.length);
        long first = PROTOCOL * (long) NaiveState.PAGE;
        if (address < first && !isProtocol(address, bytes.length)) {
            address = first;
        }
        model.write(address, bytes);
        State region = address < first ? state.protocol() : state.service();
        region.write(address < first ? address : address - first, bytes, 0, bytes.length);
    }

    private void read() {
        byte[] expected = new byte[random.nextInt(20) == 0 ? random.nextInt(9000) : random.nextInt(64)];
        long first = PROTOCOL * (long) NaiveState.PAGE;
        long address = Math.max(first, address(expected.length));
        model.read(address, expected);
        byte[] read = new byte[expected.length + 3];
        state.service().read(address - first, read, 2, expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat(read[i + 2]).isEqualTo(expected[i]);
        }
    }

    private void mark() {
        int depth = model.marks.size();
        int dice = random.nextInt(3);
        if (depth < 3 && dice == 0) {
            model.mark();
            state.mark();
        } else if (depth > 0 && dice == 1) {
            model.undo();
            state.undo();
        } else if (depth > 0) {
            model.release();
            state.release();
        }
    }

    private void closeMarks() {
        while (!model.marks.isEmpty()) {
            if (random.nextBoolean()) {
                model.undo();
                state.undo();
            } else {
                model.release();
                state.release();
            }
        }
    }

    private void fold() {
        Digest digest = state.fold(seqno);
        model.fold(seqno);
        assertThat(digest).isEqualTo(NaiveState.root(model.pages));
        assertThat(state.digest()).isEqualTo(digest);
        assertThat(state.digestAt(seqno)).contains(digest);
        assertThat(state.newestCheckpoint()).isEqualTo(seqno);
        seqno += 4;
    }

    private long anyCheckpoint() {
        List<Long> held = new ArrayList<>(model.checkpoints.keySet());
        return held.get(random.nextInt(held.size()));
    }

    private void serve() {
        long checkpoint = anyCheckpoint();
        byte[][] then = model.at(checkpoint);
        assertThat(state.digestAt(checkpoint)).contains(NaiveState.root(then));
        assertThat(state.rootChildren(checkpoint)).hasValue(NaiveState.rootChildren(then));
        int chunk = random.nextInt(NaiveState.chunkCount(then));
        assertThat(state.chunkChildren(checkpoint, chunk)).hasValue(NaiveState.chunkChildren(then, chunk));
        for (int i = 0; i < 20; i++) {
            int page = random.nextInt(pageCount);
            assertThat(Arrays.equals(state.page(checkpoint, page).orElseThrow(), then[page]))
                    .isTrue();
        }
        for (long gone : new long[] {-1, seqno, checkpoint + 1, Long.MAX_VALUE}) {
            assertThat(state.digestAt(gone)).isEmpty();
            assertThat(state.page(gone, 0)).isEmpty();
            assertThat(state.rootChildren(gone)).isEmpty();
            assertThat(state.chunkChildren(gone, 0)).isEmpty();
        }
        assertThat(state.page(checkpoint, pageCount)).isEmpty();
        assertThat(state.page(checkpoint, -1)).isEmpty();
        assertThat(state.chunkChildren(checkpoint, -1)).isEmpty();
        assertThat(state.chunkChildren(checkpoint, 2)).isEmpty();
    }

    /** The disk takes its time, and pages reach it in any order, while the state is used and served. */
    private void install() {
        long checkpoint = anyCheckpoint();
        CheckpointImage image = state.image(checkpoint, random.nextBoolean());
        byte[][] then = model.at(checkpoint);
        assertThat(image.digest()).isEqualTo(NaiveState.root(then));
        assertThat(image.pages()).isSortedAccordingTo((a, b) -> Integer.compare(a.index(), b.index()));
        List<CheckpointImage.Page> pages = new ArrayList<>(image.pages());
        Collections.shuffle(pages, random);
        for (CheckpointImage.Page page : pages) {
            disk[page.index()] = page.bytes().clone();
            if (random.nextInt(4) == 0) {
                write();
                read();
            }
            serveDuringInstall();
        }
        if (random.nextInt(3) == 0) {
            fold();
        }
        assertThat(NaiveState.root(disk)).isEqualTo(image.digest());
        state.installed(checkpoint);
        installed = checkpoint;
        model.checkpoints.headMap(checkpoint).clear();
    }

    /** A page may be withheld while the base changes under it; it is never a wrong one. */
    private void serveDuringInstall() {
        long checkpoint = anyCheckpoint();
        int page = random.nextInt(pageCount);
        state.page(checkpoint, page).ifPresent(bytes -> assertThat(Arrays.equals(bytes, model.at(checkpoint)[page]))
                .isTrue());
    }

    private void transfer() {
        byte[][] target = NaiveState.copy(random.nextInt(3) == 0 ? new byte[pageCount][4096] : model.pages);
        for (int i = random.nextInt(60); i > 0; i--) {
            random.nextBytes(target[random.nextInt(pageCount)]);
        }
        long checkpoint = seqno - 4 + 4L * (random.nextInt(4) - 1);
        checkpoint = Math.max(checkpoint, 4);
        Transfer transfer = new Transfer(checkpoint, NaiveState.root(target), state);
        int asks = new LyingRepliers(random, target).run(transfer);
        assertThat(asks).isLessThan(5000);
        if (random.nextInt(3) == 0) {
            write();
        }
        state.reset(transfer);
        model.pages = NaiveState.copy(target);
        model.checkpoints.clear();
        model.fold(checkpoint);
        seqno = checkpoint + 4;
        assertThat(state.digest()).isEqualTo(NaiveState.root(target));
        serve();
        if (random.nextBoolean()) {
            install();
        }
    }

    /** The process dies; it comes back with the base alone, or with a base that is worth nothing. */
    private void reboot() {
        model.marks.clear();
        fresh();
        model.checkpoints.clear();
        if (random.nextBoolean()) {
            model.pages = NaiveState.copy(disk);
            assertThat(state.recompute(Math.max(installed, 4))).isEqualTo(NaiveState.root(disk));
            seqno = Math.max(installed, 4);
            model.fold(seqno);
            seqno += 4;
        } else {
            model.pages = new byte[pageCount][NaiveState.PAGE];
            state.reformat();
            if (random.nextBoolean()) {
                write();
            }
            seqno = 0;
            fold();
        }
    }
}
