package dev.bft.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bft.state.PagedState;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class NullServiceTest {
    private static final Call CALL = new Call(1000, 1, new byte[0]);

    private final NullService service = new NullService();
    private final State state = new PagedState((page, target) -> Arrays.fill(target, (byte) 0), 0, 1).service();

    private static byte[] operation(int resultBytes) {
        return ByteBuffer.allocate(8).putInt(resultBytes).array();
    }

    @Test
    void theResultHasTheSizeAskedFor() throws ServiceException {
        for (int size : new int[] {0, 8, 4096, Service.RESULT_MAX}) {
            assertThat(service.execute(CALL, operation(size), state)).hasSize(size);
        }
    }

    @Test
    void everyExecutionIsCounted() throws ServiceException {
        service.format(state);
        for (int i = 0; i < 5; i++) {
            service.execute(CALL, operation(8), state);
        }
        assertThat(state.readLong(0)).isEqualTo(5);
    }

    @Test
    void aReadHasTheSameResultAndIsNotCounted() throws ServiceException {
        State readOnly = new ReadOnlyState(state);
        for (int size : new int[] {0, 8, 4096, Service.RESULT_MAX}) {
            assertThat(service.read(1, operation(size), readOnly))
                    .hasValueSatisfying(r -> assertThat(r).hasSize(size));
        }
        assertThat(state.readLong(0)).isZero();
        assertThatExceptionOfType(ServiceException.class).isThrownBy(() -> service.read(1, new byte[3], readOnly));
    }

    @Test
    void badOperationsAreRefusedAndNotCounted() {
        for (byte[] bad : new byte[][] {{}, {0, 0, 1}, {-1, -1, -1, -1}, {0x7f, 0, 0, 0}}) {
            assertThatExceptionOfType(ServiceException.class).isThrownBy(() -> service.execute(CALL, bad, state));
        }
        assertThat(state.readLong(0)).isZero();
    }
}
