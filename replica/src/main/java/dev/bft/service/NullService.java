package dev.bft.service;

import java.util.Optional;

/**
 * The service that does nothing: the first four bytes of an operation say how long the result shall be. It counts
 * its operations in the state, so that an execution leaves a trace.
 */
public final class NullService implements Service {
    @Override
    public void format(State state) {
        // Zero operations is a zero page.
    }

    @Override
    public byte[] execute(Call call, byte[] operation, State state) throws ServiceException {
        byte[] result = new byte[length(operation)];
        state.writeLong(0, state.readLong(0) + 1);
        return result;
    }

    @Override
    public Optional<byte[]> read(int client, byte[] operation, State state) throws ServiceException {
        return Optional.of(new byte[length(operation)]);
    }

    private static int length(byte[] operation) throws ServiceException {
        if (operation.length < 4) {
            throw new ServiceException("an operation of the null service begins with the result's length");
        }
        int length = 0;
        for (int i = 0; i < 4; i++) {
            length = length << 8 | (operation[i] & 0xff);
        }
        if (length < 0 || length > RESULT_MAX) {
            throw new ServiceException("a result has at most " + RESULT_MAX + " bytes");
        }
        return length;
    }
}
