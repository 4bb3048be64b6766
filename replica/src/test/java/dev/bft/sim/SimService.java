package dev.bft.sim;

import dev.bft.service.Call;
import dev.bft.service.Service;
import dev.bft.service.ServiceException;
import dev.bft.service.State;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** The replicated service of a simulation: versioned cells and counters on a few pages. */
final class SimService implements Service {
    /** The service's pages. */
    static final int PAGES = 64;

    static final int CELLS = 512;
    static final int COUNTERS = 16;
    static final int VALUE_MAX = 200;
    static final int LONG_RESULT = 6000;

    private static final int PAGE = 4096;
    private static final int CELL = 256;
    private static final long COUNTERS_AT = (long) CELLS * CELL;
    private static final long WORDS_AT = 40L * PAGE;
    private static final int WORD_PAGES = 24;
    private static final byte MARK = 'n';
    private static final long LAST_CALL_AT = COUNTERS_AT + 8L * COUNTERS;

    private long proposals;
    /** Where no operation reads or writes. */
    private static final long STRAY_AT = WORDS_AT + PAGE / 2;

    private boolean stray;
    private boolean strayed;

    /** The next operation also writes what it does on no other replica; no result tells. */
    void goAstray() {
        stray = true;
    }

    /** Whether that happened. */
    boolean hasStrayed() {
        return strayed;
    }

    @Override
    public void format(State state) {
        for (int i = 0; i < COUNTERS; i++) {
            state.writeLong(COUNTERS_AT + 8L * i, 1000L * i);
        }
    }

    @Override
    public byte[] execute(Call call, byte[] bytes, State state) throws ServiceException {
        Operation operation = Operation.read(bytes);
        // So that the states of replicas differ that do not agree on it.
        state.writeLong(LAST_CALL_AT, call.timeMicros());
        state.writeLong(LAST_CALL_AT + 8, Arrays.hashCode(call.value()));
        if (stray && operation.kind() == Operation.Kind.ADD) {
            stray = false;
            strayed = true;
            state.writeLong(STRAY_AT, operation.number());
        }
        return switch (operation.kind()) {
            case PUT -> put(operation, state);
            case ADD -> add(operation, state);
            case GET -> get(operation.cell(), state);
            case SPREAD -> spread(operation, state);
            case LONG -> longResult(operation.number());
            case REFUSE -> {
                put(operation, state);
                spread(operation, state);
                throw new ServiceException("refused " + operation.number());
            }
        };
    }

    @Override
    public Optional<byte[]> read(int client, byte[] bytes, State state) {
        Operation operation = Operation.read(bytes);
        return operation.kind() == Operation.Kind.GET ? Optional.of(get(operation.cell(), state)) : Optional.empty();
    }

    /** What no other replica would make of the moment. */
    @Override
    public byte[] propose(State state) {
        proposals++;
        return ByteBuffer.allocate(1 + Long.BYTES).put(MARK).putLong(proposals).array();
    }

    @Override
    public boolean accepts(byte[] proposed, State state) {
        return proposed.length == 1 + Long.BYTES && proposed[0] == MARK;
    }

    private static long at(int cell) {
        return (long) cell * CELL;
    }

    private static byte[] get(int cell, State state) {
        int length = state.readInt(at(cell) + 8);
        byte[] result = new byte[8 + length];
        state.read(at(cell), result, 0, 8);
        state.read(at(cell) + 12, result, 8, length);
        return result;
    }

    private static byte[] put(Operation operation, State state) {
        byte[] old = get(operation.cell(), state);
        long at = at(operation.cell());
        state.writeLong(at, state.readLong(at) + 1);
        state.writeInt(at + 8, operation.value().length);
        state.write(at + 12, operation.value(), 0, operation.value().length);
        return old;
    }

    private static byte[] add(Operation operation, State state) {
        long at = COUNTERS_AT + 8L * (operation.cell() % COUNTERS);
        long sum = state.readLong(at) + operation.number();
        state.writeLong(at, sum);
        return ByteBuffer.allocate(8).putLong(sum).array();
    }

    private static byte[] spread(Operation operation, State state) {
        int first = operation.cell() % WORD_PAGES;
        int count = 0;
        for (int page = first; page < WORD_PAGES; page++) {
            long at = WORDS_AT + (long) page * PAGE;
            state.writeInt(at, state.readInt(at) + 1);
            state.writeLong(at + PAGE - 8, operation.number());
            count++;
        }
        return new byte[] {(byte) count};
    }

    /** A long result that only its number decides. */
    static byte[] longResult(long number) {
        byte[] result = new byte[LONG_RESULT];
        Arrays.fill(result, (byte) number);
        return result;
    }
}
