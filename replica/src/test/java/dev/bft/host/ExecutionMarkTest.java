package dev.bft.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.protocol.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the file of the batch that is executed just now tells the next boot. */
final class ExecutionMarkTest {
    private static final long NOWHERE = Settings.HALT_NOWHERE;

    @TempDir
    private Path folder;

    private ExecutionMark boot() throws Exception {
        return ExecutionMark.open(new Directory(folder));
    }

    /** A life that executes these batches and ends in the last of them; where the next one would be halted. */
    private void dieIn(long... seqnos) throws Exception {
        ExecutionMark mark = boot();
        for (int i = 0; i < seqnos.length; i++) {
            mark.accept(seqnos[i]);
            if (i < seqnos.length - 1) {
                mark.accept(0);
            }
        }
    }

    private Path file() {
        return folder.resolve(ExecutionMark.FILE);
    }

    @Test
    void aNewOneHaltsNowhere() throws Exception {
        assertThat(boot().haltAt()).isEqualTo(NOWHERE);
        assertThat(boot().haltAt()).isEqualTo(NOWHERE);
    }

    @Test
    void theSecondDeathInABatchHaltsThereAndSoDoesEachBootAfter() throws Exception {
        dieIn(16, 17);
        assertThat(boot().haltAt()).isEqualTo(NOWHERE);
        dieIn(16, 17);
        assertThat(boot().haltAt()).isEqualTo(17);
        assertThat(boot().haltAt()).isEqualTo(17);
    }

    @Test
    void theBatchesBeforeItThatABootExecutesAgainForgiveNothing() throws Exception {
        dieIn(17);
        ExecutionMark mark = boot();
        mark.accept(16);
        mark.accept(0);
        dieIn(15, 16, 17);
        assertThat(boot().haltAt()).isEqualTo(17);
        mark = boot();
        mark.accept(16);
        mark.accept(0);
        assertThat(boot().haltAt()).isEqualTo(17);
    }

    @Test
    void aDeathBetweenBatchesIsNone() throws Exception {
        dieIn(17);
        boot();
        boot();
        assertThat(boot().haltAt()).isEqualTo(NOWHERE);
    }

    @Test
    void aBatchThatCameToItsEndIsForgiven() throws Exception {
        dieIn(17);
        dieIn(17, 18);
        dieIn(17);
        assertThat(boot().haltAt()).isEqualTo(NOWHERE);
    }

    @Test
    void aLaterBatchThatWasExecutedEndsTheHalt() throws Exception {
        dieIn(17);
        dieIn(17);
        ExecutionMark mark = boot();
        assertThat(mark.haltAt()).isEqualTo(17);
        mark.accept(33);
        mark.accept(0);
        assertThat(boot().haltAt()).isEqualTo(NOWHERE);
    }

    @Test
    void deathsInTwoBatchesAreNotAddedUp() throws Exception {
        dieIn(17);
        dieIn(16);
        dieIn(17);
        assertThat(boot().haltAt()).isEqualTo(NOWHERE);
    }

    @Test
    void whateverTheFileHoldsAReplicaBootsAndMarksAnew() throws Exception {
        Random random = new Random(3);
        for (int size : new int[] {0, 1, 8, 31, 32, 33, 64, 5000}) {
            byte[] junk = new byte[size];
            random.nextBytes(junk);
            Files.write(file(), junk);
            assertThat(boot().haltAt()).isEqualTo(NOWHERE);
            assertThat(Files.size(file())).isEqualTo(32);
            dieIn(5);
            dieIn(5);
            assertThat(boot().haltAt()).isEqualTo(5);
        }
    }

    @Test
    void aMarkThatIsCutOrHasAnImpossibleNumberIsNone() throws Exception {
        dieIn(17);
        dieIn(17);
        byte[] marked = Files.readAllBytes(file());
        for (int size = 0; size < marked.length; size++) {
            Files.write(file(), Arrays.copyOf(marked, size));
            assertThat(boot().haltAt()).isEqualTo(NOWHERE);
        }
        for (int number = 0; number < 4; number++) {
            byte[] changed = marked.clone();
            changed[8 * number] ^= (byte) 0x80;
            Files.write(file(), changed);
            assertThat(boot().haltAt()).isEqualTo(NOWHERE);
        }
    }
}
