package dev.bft.keystore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CounterFileTest {

    private static final int[] SLOTS = {0, 4096};

    @TempDir
    private Path temp;

    private Path file = Path.of("");

    @BeforeEach
    void create() throws IOException {
        file = temp.resolve("counter");
        CounterFile.create(file);
    }

    @Test
    void itCountsByOneFromOne() throws Exception {
        try (CounterFile counter = CounterFile.open(file)) {
            for (long i = 1; i <= 1000; i++) {
                assertThat(counter.next()).isEqualTo(i);
            }
        }
    }

    @Test
    void aNumberIsReservedOnDiskBeforeItIsGiven() throws Exception {
        try (CounterFile counter = CounterFile.open(file)) {
            for (int i = 0; i < 300; i++) {
                long given = counter.next();
                assertThat(firstAfterRestart(Files.readAllBytes(file))).isGreaterThan(given);
            }
        }
    }

    @Test
    void aRestartSkipsAndNeverRepeats() throws Exception {
        long last = 0;
        for (int restart = 0; restart < 20; restart++) {
            try (CounterFile counter = CounterFile.open(file)) {
                for (int i = 0; i < 1 + restart * 7; i++) {
                    long next = counter.next();
                    assertThat(next).isGreaterThan(last).isLessThanOrEqualTo(last + 65);
                    last = next;
                }
            }
        }
    }

    @Test
    void anyTornWriteOfASlotLosesNoNumber() throws Exception {
        try (CounterFile counter = CounterFile.open(file)) {
            byte[] before = Files.readAllBytes(file);
            int writes = 0;
            for (int i = 0; i < 640; i++) {
                long given = counter.next();
                byte[] after = Files.readAllBytes(file);
                // The write that just happened, if one did, cut off after each byte: the number was not given then,
                // all before were.
                boolean written = !Arrays.equals(before, after);
                writes += written ? 1 : 0;
                for (int cut = 0; written && cut < before.length; cut = nextCut(cut)) {
                    byte[] torn = before.clone();
                    System.arraycopy(after, 0, torn, 0, cut);
                    assertThat(firstAfterRestart(torn)).isGreaterThanOrEqualTo(given);
                }
                before = after;
            }
            assertThat(writes).isGreaterThanOrEqualTo(9);
        }
    }

    @Test
    void eitherSlotMayBeLostAtAnyTime() throws Exception {
        long last = 0;
        for (int round = 0; round < 12; round++) {
            byte[] bytes = Files.readAllBytes(file);
            bytes[SLOTS[round % 3 == 0 ? 0 : 1] + 3 + round] ^= 0x40;
            Files.write(file, bytes);
            try (CounterFile counter = CounterFile.open(file)) {
                for (int i = 0; i < 1 + round * 13; i++) {
                    long next = counter.next();
                    assertThat(next).isGreaterThan(last);
                    last = next;
                }
            }
        }
    }

    @Test
    void withoutAValidSlotItDoesNotStart() throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        bytes[8] ^= 1;
        bytes[4096 + 8] ^= 1;
        assertRefused(bytes, "neither slot of the counter is valid");
        assertRefused(new byte[0], "neither slot of the counter is valid");
        assertRefused(new byte[8192], "neither slot of the counter is valid");
        assertRefused(new byte[] {1, 2, 3}, "neither slot of the counter is valid");
    }

    @Test
    void withoutAFileItDoesNotStart() throws Exception {
        Files.delete(file);
        assertThatThrownBy(() -> CounterFile.open(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(file + ": there is no counter file")
                .hasMessageContaining("bft keygen");
    }

    @Test
    void anExistingCounterIsNotMadeAgain() {
        assertThatThrownBy(() -> CounterFile.create(file)).isInstanceOf(IOException.class);
    }

    @Test
    void twoDoNotShareIt() throws Exception {
        try (CounterFile counter = CounterFile.open(file)) {
            assertThat(counter.next()).isEqualTo(1);
            assertThatThrownBy(() -> CounterFile.open(file))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("another coprocessor uses");
        }
    }

    /** Every byte of the slots, and nothing between them. */
    private static int nextCut(int cut) {
        return cut == 24 ? SLOTS[1] : cut == SLOTS[1] + 24 ? Integer.MAX_VALUE : cut + 1;
    }

    private long firstAfterRestart(byte[] bytes) throws Exception {
        Path copy = temp.resolve("copy");
        Files.write(copy, bytes);
        try (CounterFile counter = CounterFile.open(copy)) {
            return counter.next();
        }
    }

    private void assertRefused(byte[] bytes, String message) throws IOException {
        Files.write(file, bytes);
        assertThatThrownBy(() -> CounterFile.open(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(file + ": " + message);
    }
}
