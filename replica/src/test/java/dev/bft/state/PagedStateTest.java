package dev.bft.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.bft.service.State;
import dev.bft.wire.Digest;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Single claims about a paged state; its whole behaviour is compared in {@link PagedStateModelTest}. */
class PagedStateTest {
    private static final long PAGE = PagedState.PAGE_SIZE;

    private final byte[][] disk = new byte[12][PagedState.PAGE_SIZE];
    private final PagedState pages = over(disk);
    private final State service = pages.service();

    PagedStateTest() {
        pages.reformat();
        pages.fold(0);
    }

    private static PagedState over(byte[][] disk) {
        return new PagedState(
                (page, target) -> System.arraycopy(disk[page], 0, target, 0, target.length), 2, disk.length - 2);
    }

    private void apply(CheckpointImage image) {
        image.pages().forEach(page -> disk[page.index()] = page.bytes());
    }

    @Test
    void theDigestOfAnEmptyStateIsThis() {
        assertThat(pages.digest()).isEqualTo(NaiveState.root(disk));
        assertThat(pages.digest().hex()).isEqualTo("495e2318599e5e65c1999dfe8c47ec76b3f2e19af763f12da4caf35db10d6a30");
    }

    /** A checkpoint that somebody fetches is served although the base has gone beyond it, page by page and digest by digest. */
    @Test
    void aPinnedCheckpointIsServedWhateverBecomesTheBase() {
        service.writeInt(0, 1);
        service.writeInt(3 * PAGE, 1);
        pages.fold(8);
        byte[][] then = NaiveState.copy(disk);
        then[2][3] = 1;
        then[5][3] = 1;
        pages.pin(new TreeSet<>(List.of(8L)));
        for (long checkpoint = 16; checkpoint <= 32; checkpoint += 8) {
            service.writeInt(checkpoint / 8 * PAGE, 2);
            service.writeInt(0, (int) checkpoint);
            pages.fold(checkpoint);
            apply(pages.image(checkpoint, true));
            pages.installed(checkpoint);
            assertThat(pages.checkpoints()).doesNotContain(8L);
            assertThat(pages.rootChildren(8)).hasValue(NaiveState.rootChildren(then));
            assertThat(pages.chunkChildren(8, 0)).hasValue(NaiveState.chunkChildren(then, 0));
            for (int page = 0; page < disk.length; page++) {
                assertThat(pages.page(8, page).orElseThrow()).isEqualTo(then[page]);
            }
        }
        pages.pin(new TreeSet<>());
        assertThat(pages.serves(8)).isFalse();
        assertThat(pages.page(8, 2)).isEmpty();
        assertThat(pages.rootChildren(8)).isEmpty();
        assertThat(pages.overlayPages()).isZero();
    }

    /** Of a checkpoint before the one that becomes the base pages are lost, whoever fetches it from then on. */
    @Test
    void whatIsPinnedTooLateIsNotServed() {
        pages.fold(8);
        service.writeInt(0, 1);
        pages.fold(16);
        CheckpointImage image = pages.image(16, true);
        assertThat(pages.serves(8)).isFalse();
        pages.pin(new TreeSet<>(List.of(8L, 16L)));
        apply(image);
        assertThat(pages.page(8, 2)).isEmpty();
        pages.installed(16);
        assertThat(pages.serves(8)).isFalse();
        assertThat(pages.page(8, 2)).isEmpty();
        assertThat(pages.page(16, 2).orElseThrow()).isEqualTo(disk[2]);
    }

    @Test
    void theRegionsDoNotOverlap() {
        pages.protocol().writeLong(2 * PAGE - 8, -1);
        service.writeLong(0, 7);
        assertThat(pages.protocol().readLong(2 * PAGE - 8)).isEqualTo(-1);
        assertThat(service.readLong(0)).isEqualTo(7);
        assertThat(pages.protocol().size()).isEqualTo(2 * PAGE);
        assertThat(service.size()).isEqualTo(10 * PAGE);
    }

    @Test
    void numbersAreBigEndianAcrossPagesToo() {
        for (long address = PAGE - 9; address <= PAGE; address++) {
            service.writeLong(address, 0x0102030405060708L);
            byte[] bytes = new byte[8];
            service.read(address, bytes, 0, 8);
            assertThat(bytes).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
            assertThat(service.readLong(address)).isEqualTo(0x0102030405060708L);
            assertThat(service.readInt(address + 2)).isEqualTo(0x03040506);
            service.writeInt(address, -2);
            assertThat(service.readInt(address)).isEqualTo(-2);
        }
    }

    @Test
    void anAccessOutsideThrowsAndChangesNothing() {
        long end = service.size();
        byte[] bytes = new byte[16];
        List<Runnable> wrong = List.of(
                () -> service.readInt(-1),
                () -> service.readInt(end - 3),
                () -> service.writeLong(end - 7, 1),
                () -> service.writeLong(Long.MAX_VALUE, 1),
                () -> service.read(end - 15, bytes, 0, 16),
                () -> service.read(0, bytes, 1, 16),
                () -> service.read(0, bytes, -1, 4),
                () -> service.write(0, bytes, 0, -1),
                () -> service.write(0, bytes, 16, 1),
                () -> service.write(Long.MIN_VALUE, bytes, 0, 1),
                () -> pages.protocol().writeInt(2 * PAGE - 3, 1));
        for (Runnable access : wrong) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(access::run);
        }
        assertThat(pages.fold(4)).isEqualTo(NaiveState.root(disk));
        assertThat(pages.overlayPages()).isZero();
    }

    @Test
    void anUndonePageDoesNotCountAsWritten() {
        service.writeInt(0, 1);
        pages.mark();
        service.writeInt(0, 2);
        service.writeInt(PAGE, 2);
        pages.undo();
        pages.fold(4);
        assertThat(pages.image(4, true).pages())
                .extracting(CheckpointImage.Page::index)
                .containsExactly(2);
        assertThat(service.readInt(0)).isEqualTo(1);
    }

    @Test
    void anInnerMarkReleasedIsUndoneWithTheOuter() {
        service.writeInt(0, 1);
        pages.mark();
        pages.mark();
        service.writeInt(0, 2);
        pages.release();
        pages.mark();
        service.writeInt(0, 3);
        pages.undo();
        assertThat(service.readInt(0)).isEqualTo(2);
        pages.undo();
        assertThat(service.readInt(0)).isEqualTo(1);
        assertThat(pages.overlayPages()).isEqualTo(1);
    }

    @Test
    void aMarkOutlivesAnInstall() {
        service.writeInt(0, 1);
        pages.fold(4);
        pages.mark();
        service.writeInt(0, 2);
        apply(pages.image(4, true));
        pages.installed(4);
        pages.undo();
        assertThat(service.readInt(0)).isEqualTo(1);
        assertThat(pages.overlayPages()).isZero();
    }

    @Test
    void nothingStaysInMemoryThatTheBaseHolds() {
        for (int seqno = 4; seqno <= 400; seqno += 4) {
            for (int i = 0; i < 10; i++) {
                pages.mark();
                service.writeInt(i * PAGE + seqno, seqno);
                pages.mark();
                service.writeInt(i * PAGE, seqno);
                pages.release();
                pages.release();
            }
            pages.fold(seqno);
            assertThat(pages.overlayPages()).isEqualTo(10);
            apply(pages.image(seqno, true));
            pages.installed(seqno);
            assertThat(pages.overlayPages()).isZero();
            assertThat(pages.checkpoints()).containsExactly((long) seqno);
        }
        assertThat(over(disk).recompute(400)).isEqualTo(pages.digest());
    }

    @Test
    void anImageIsReadUntilItIsInstalledAndNotAfter() {
        service.writeInt(0, 1);
        pages.fold(4);
        CheckpointImage image = pages.image(4, true);
        service.writeInt(0, 2);
        service.writeInt(PAGE, 2);
        assertThat(image.pages()).hasSize(1);
        assertThat(image.pages().get(0).bytes()[3]).isEqualTo((byte) 1);
        apply(image);
        pages.installed(4);
        assertThatIllegalStateException().isThrownBy(() -> image.pages().get(0));
    }

    @Test
    void aBaseThatIsWorthNothingIsZeroAndTurnsIntoWhatIsWritten() {
        Arrays.fill(disk[3], (byte) 9);
        Arrays.fill(disk[5], (byte) 9);
        PagedState again = over(disk);
        again.reformat();
        assertThat(again.service().readLong(PAGE)).isZero();
        again.service().writeInt(3 * PAGE, 4);
        Digest digest = again.fold(0);
        assertThat(again.digestAt(-1)).isEmpty();
        again.image(0, false).pages().forEach(page -> disk[page.index()] = page.bytes());
        assertThat(NaiveState.root(disk)).isEqualTo(digest);
    }

    @Test
    void checkpointsIncreaseAndAreNotTakenInsideAMark() {
        assertThatIllegalStateException().isThrownBy(() -> pages.fold(0));
        pages.mark();
        assertThatIllegalStateException().isThrownBy(() -> pages.fold(4));
        pages.release();
        assertThatIllegalStateException().isThrownBy(pages::release);
        assertThatIllegalStateException().isThrownBy(pages::undo);
        assertThatIllegalStateException().isThrownBy(() -> pages.image(8, true));
        assertThatIllegalStateException().isThrownBy(() -> pages.installed(8));
    }
}
