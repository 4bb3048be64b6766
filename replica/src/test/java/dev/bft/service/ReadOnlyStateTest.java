package dev.bft.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bft.state.PagedState;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadOnlyStateTest {
    private final State state = new PagedState((page, target) -> Arrays.fill(target, (byte) 0), 0, 2).service();
    private final State readOnly = new ReadOnlyState(state);

    @Test
    void whatIsReadIsTheStates() {
        state.writeLong(16, 0x0102030405060708L);
        byte[] bytes = new byte[10];
        readOnly.read(16, bytes, 1, 8);
        assertThat(bytes).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 0);
        assertThat(readOnly.readLong(16)).isEqualTo(0x0102030405060708L);
        assertThat(readOnly.readInt(20)).isEqualTo(0x05060708);
        assertThat(readOnly.size()).isEqualTo(state.size());
    }

    @Test
    void everyWriteIsRefusedAndLeavesNothing() {
        List<Runnable> writes = List.of(
                () -> readOnly.write(0, new byte[] {1}, 0, 1),
                () -> readOnly.writeInt(0, 1),
                () -> readOnly.writeLong(0, 1));
        for (Runnable write : writes) {
            assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(write::run);
        }
        assertThat(state.readLong(0)).isZero();
    }
}
