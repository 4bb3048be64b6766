package dev.bft.service;

import java.util.Optional;

/**
 * A deterministic service: the same operations on the same state give the same results and the same state.
 *
 * <p>No clock, randomness, thread, file, hash order or floating-point variance may influence it. An
 * implementation holds no state of its own beyond constants; everything lives in {@link State}. It is called by
 * one thread at a time.
 *
 * <p>An operation that ends by any exception changes nothing: the library undoes its writes. A
 * {@link ServiceException} is the orderly way; an unchecked one is a bug of the service, answered as "operation
 * failed" by all replicas alike.
 */
public interface Service {
    /** The longest result, in bytes. */
    int RESULT_MAX = (1 << 20) + 4096;

    /** Builds checkpoint 0 on a state that is all zero; called once for a new or reset state. */
    void format(State state);

    /**
     * Executes one ordered operation.
     *
     * @param client the authenticated client id
     * @param operation the client's bytes, hostile: parse with bounds
     * @return the result, at most {@link #RESULT_MAX} bytes
     * @throws ServiceException a deterministic refusal; its text becomes the result and all writes are undone
     */
    byte[] execute(int client, byte[] operation, State state) throws ServiceException;

    /**
     * Executes one operation that reads only, out of order (section 3.9 of bft-protocol(7)): what it answers must be what
     * {@link #execute} would answer on this state.
     *
     * @param state cannot be written: that throws {@link UnsupportedOperationException}
     * @return the result, or empty for an operation that may write: its client has it ordered
     * @throws ServiceException a deterministic refusal, as in {@link #execute}
     */
    default Optional<byte[]> read(int client, byte[] operation, State state) throws ServiceException {
        return Optional.empty();
    }
}
