package dev.bft.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.bft.wire.Digest;
import dev.bft.wire.Fetch.Level;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The fetching of a checkpoint (section 8.8). */
class TransferTest {
    private static final int PAGES = 1000;

    private final byte[][] disk = new byte[PAGES][PagedState.PAGE_SIZE];
    private final PagedState state =
            new PagedState((page, target) -> System.arraycopy(disk[page], 0, target, 0, target.length), 0, PAGES);
    private final byte[][] target = new byte[PAGES][PagedState.PAGE_SIZE];

    TransferTest() {
        state.reformat();
        state.fold(0);
    }

    private Transfer toTarget() {
        return new Transfer(128, NaiveState.root(target), state);
    }

    private void answer(Transfer transfer, Transfer.Ask ask) {
        switch (ask.level()) {
            case ROOT ->
                assertThat(transfer.onRoot(NaiveState.rootChildren(target))).isTrue();
            case CHUNK -> {
                int chunk = ask.indices().get(0);
                assertThat(transfer.onChunk(chunk, NaiveState.chunkChildren(target, chunk)))
                        .isTrue();
            }
            case PAGE -> ask.indices().forEach(page -> transfer.onPage(page, target[page]));
        }
    }

    private void change(int... pages) {
        for (int page : pages) {
            target[page][page % PagedState.PAGE_SIZE] = 1;
        }
    }

    @Test
    void onlyWhatDiffersIsFetched() {
        change(3, 4, 700);
        Transfer transfer = toTarget();
        assertThat(transfer.next()).containsExactly(new Transfer.Ask(Level.ROOT, List.of()));
        assertThat(transfer.onRoot(NaiveState.rootChildren(target))).isTrue();
        List<Transfer.Ask> chunks = transfer.next();
        assertThat(chunks)
                .containsExactly(new Transfer.Ask(Level.CHUNK, List.of(0)), new Transfer.Ask(Level.CHUNK, List.of(2)));
        chunks.forEach(ask -> answer(transfer, ask));
        List<Transfer.Ask> pages = transfer.next();
        assertThat(pages).containsExactly(new Transfer.Ask(Level.PAGE, List.of(3, 4, 700)));
        assertThat(transfer.finished()).isFalse();
        pages.forEach(ask -> answer(transfer, ask));
        assertThat(transfer.finished()).isTrue();
        assertThat(transfer.next()).isEmpty();
    }

    @Test
    void whatWasFetchedForAnEarlierCheckpointIsNotAskedForAgain() {
        change(3, 4, 5, 700);
        Transfer early = toTarget();
        early.next().forEach(ask -> answer(early, ask));
        early.next().forEach(ask -> answer(early, ask));
        for (int page : List.of(3, 4, 5)) {
            assertThat(early.onPage(page, target[page])).isTrue();
        }
        // Meanwhile page 4 changed, 5 is what it was in the beginning, and 700 was never here.
        target[4][4] = 2;
        target[5][5] = 0;
        Transfer late = early.to(256, NaiveState.root(target));
        late.next().forEach(ask -> answer(late, ask));
        late.next().forEach(ask -> answer(late, ask));
        List<Transfer.Ask> pages = late.next();
        assertThat(pages).containsExactly(new Transfer.Ask(Level.PAGE, List.of(4, 700)));
        pages.forEach(ask -> answer(late, ask));
        assertThat(late.finished()).isTrue();
        state.reset(late);
        assertThat(state.digest()).isEqualTo(NaiveState.root(target));
        assertThat(state.page(256, 3))
                .hasValueSatisfying(page -> assertThat(page).isEqualTo(target[3]));
        assertThat(state.page(256, 5))
                .hasValueSatisfying(page -> assertThat(page).isEqualTo(target[5]));
    }

    @Test
    void whatIsHeldAlreadyNeedsNoFetching() {
        Transfer transfer = toTarget();
        assertThat(transfer.finished()).isTrue();
        state.reset(transfer);
        assertThat(state.newestCheckpoint()).isEqualTo(128);
        assertThat(state.image(128, true).pages()).isEmpty();
    }

    @Test
    void livePagesAreNotTouchedBeforeTheReset() {
        change(5, 6);
        state.service().writeInt(9 * 4096L, 7);
        Transfer transfer = toTarget();
        while (!transfer.finished()) {
            transfer.next().forEach(ask -> answer(transfer, ask));
            assertThat(state.service().readInt(5 * 4096L + 4)).isZero();
            assertThat(state.service().readInt(9 * 4096L)).isEqualTo(7);
            assertThat(state.digest()).isEqualTo(NaiveState.root(disk));
        }
        state.reset(transfer);
        assertThat(state.service().readInt(9 * 4096L)).isZero();
        assertThat(state.service().readInt(5 * 4096L + 4)).isEqualTo(1 << 16);
        assertThat(state.digest()).isEqualTo(NaiveState.root(target));
        assertThat(state.image(128, false).pages()).hasSize(2);
    }

    @Test
    void aStateIsNotResetToHalfACheckpoint() {
        change(5, 6);
        Transfer transfer = toTarget();
        assertThatIllegalStateException().isThrownBy(() -> state.reset(transfer));
        assertThat(state.digest()).isEqualTo(NaiveState.root(disk));
    }

    @Test
    void wrongAnswersAreNotTaken() {
        change(5);
        Transfer transfer = toTarget();
        List<Digest> root = NaiveState.rootChildren(target);
        List<Digest> wrongRoot = new java.util.ArrayList<>(root);
        wrongRoot.set(3, Digest.ZERO);
        assertThat(transfer.onRoot(wrongRoot)).isFalse();
        assertThat(transfer.onRoot(root.subList(0, 3))).isFalse();
        assertThat(transfer.onPage(5, target[5])).isFalse();
        assertThat(transfer.onRoot(root)).isTrue();
        assertThat(transfer.onRoot(root)).isFalse();
        assertThat(transfer.onChunk(0, NaiveState.chunkChildren(target, 1))).isFalse();
        assertThat(transfer.onChunk(1, NaiveState.chunkChildren(target, 1))).isFalse();
        assertThat(transfer.onChunk(0, NaiveState.chunkChildren(disk, 0))).isFalse();
        assertThat(transfer.onChunk(0, NaiveState.chunkChildren(target, 0))).isTrue();
        assertThat(transfer.onPage(5, disk[5])).isFalse();
        assertThat(transfer.onPage(5, new byte[0])).isFalse();
        assertThat(transfer.onPage(5, Arrays.copyOf(target[5], 4097))).isFalse();
        assertThat(transfer.onPage(6, target[6])).isFalse();
        assertThat(transfer.onPage(-1, target[5])).isFalse();
        assertThat(transfer.onPage(PAGES, target[5])).isFalse();
        assertThat(transfer.finished()).isFalse();
        assertThat(transfer.onPage(5, target[5])).isTrue();
        assertThat(transfer.finished()).isTrue();
    }

    @Test
    void whatIsUnderWayIsBoundedAndAskedAnewWhenForgotten() {
        for (int page = 0; page < PAGES; page++) {
            change(page);
        }
        Transfer transfer = toTarget();
        transfer.next().forEach(ask -> answer(transfer, ask));
        transfer.next().forEach(ask -> answer(transfer, ask));
        List<Transfer.Ask> first = transfer.next();
        assertThat(first).hasSize(12).allSatisfy(ask -> assertThat(ask.indices())
                .hasSize(64));
        assertThat(transfer.next()).isEmpty();
        transfer.forgetAsked();
        assertThat(transfer.next()).isEqualTo(first);
    }

    /** One replier in three answers one page at a time, as late as it may without being given up. */
    @Test
    void aReplierThatTricklesDoesNotHoldUpTheOthers() {
        for (int page = 0; page < PAGES; page++) {
            change(page);
        }
        Transfer transfer = toTarget();
        ArrayDeque<Transfer.Ask> honest = new ArrayDeque<>();
        ArrayDeque<Integer> trickled = new ArrayDeque<>();
        int turn = 0;
        int trickles = 0;
        while (!transfer.finished()) {
            for (Transfer.Ask ask : transfer.next()) {
                if (turn++ % 3 == 0 && ask.level() == Level.PAGE) {
                    trickled.addAll(ask.indices());
                } else {
                    honest.add(ask);
                }
            }
            if (!honest.isEmpty()) {
                answer(transfer, honest.remove());
            } else {
                trickles++;
                while (!transfer.onPage(trickled.peek(), target[trickled.remove()])) {
                    assertThat(trickled).isNotEmpty();
                }
            }
        }
        assertThat(trickles).isLessThan(150);
        state.reset(transfer);
        assertThat(state.digest()).isEqualTo(NaiveState.root(target));
    }
}
