package dev.bft.sim;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The test service once more, by other means: one machine, no pages, no undo. It says what each result must be. */
final class Oracle {
    private static final byte[] NOTHING = new byte[0];

    private final byte[][] values = new byte[SimService.CELLS][];
    private final long[] versions = new long[SimService.CELLS];
    private final long[] counters = new long[SimService.COUNTERS];

    Oracle() {
        Arrays.fill(values, NOTHING);
        for (int i = 0; i < counters.length; i++) {
            counters[i] = 1000L * i;
        }
    }

    /**
     * What executing the operation now gives.
     *
     * @param refused whether it is a refusal, whose text the bytes are
     * @param bytes the result
     */
    record Answer(boolean refused, byte[] bytes) {
        boolean is(boolean otherRefused, byte[] other) {
            return refused == otherRefused && Arrays.equals(bytes, other);
        }
    }

    Answer execute(Operation operation) {
        int cell = operation.cell();
        return switch (operation.kind()) {
            case PUT -> {
                byte[] old = cellBytes(cell);
                versions[cell]++;
                values[cell] = operation.value();
                yield new Answer(false, old);
            }
            case ADD -> {
                counters[cell % counters.length] += operation.number();
                yield new Answer(false, longBytes(counters[cell % counters.length]));
            }
            case GET -> new Answer(false, cellBytes(cell));
            case REFUSE -> new Answer(true, ("refused " + operation.number()).getBytes(StandardCharsets.UTF_8));
            case SPREAD -> new Answer(false, new byte[] {(byte) (24 - cell % 24)});
            case LONG -> new Answer(false, SimService.longResult(operation.number()));
        };
    }

    /** Version and value of a cell. */
    byte[] cellBytes(int cell) {
        return ByteBuffer.allocate(8 + values[cell].length)
                .putLong(versions[cell])
                .put(values[cell])
                .array();
    }

    private static byte[] longBytes(long value) {
        return ByteBuffer.allocate(8).putLong(value).array();
    }
}
