package dev.bft.service;

import java.util.Optional;

/**
 * A deterministic service: the same operations on the same state give the same results and the same state.
 *
 * <p>No clock, randomness, thread, file, hash order or floating-point variance may influence it. An
 * implementation holds no state of its own beyond constants; everything lives in {@link State}. It is called by
 * one thread at a time.
 *
 * <p>What it needs of the world outside comes with the operation, in {@link Call}: the time, which the library agrees on,
 * and a value of its own choice, which {@link #propose} makes at the primary and {@link #accepts} judges at the others.
 *
 * <p>An operation that ends by any exception changes nothing: the library undoes its writes. A
 * {@link ServiceException} is the orderly way; an unchecked one is a bug of the service, answered as "operation
 * failed" by all replicas alike. An {@link Error} stops the process. An operation that does not end stops the replica,
 * and as it is the same everywhere, the cluster: bound all work by the length of the operation.
 *
 * <p>An operation may be executed, undone and executed again, after others or with another time: nothing is final before
 * the library says so to the client. A service has no part in that.
 *
 * <p>A class that {@code bft keygen --service} names is public and has a public constructor without parameters. All
 * replicas of a cluster must run the same class of the same jar: the signed image sees to that.
 */
public interface Service {
    /** The longest result, in bytes. */
    int RESULT_MAX = (1 << 20) + 4096;

    /** The longest value of {@link #propose}, in bytes. */
    int PROPOSAL_MAX = 248;

    /** Builds checkpoint 0 on a state that is all zero; called once for a new or reset state. */
    void format(State state);

    /**
     * Executes one ordered operation.
     *
     * @param call who asks, and what the replicas agreed on: the only time there is
     * @param operation the client's bytes, hostile: parse with bounds
     * @return the result, at most {@link #RESULT_MAX} bytes
     * @throws ServiceException a deterministic refusal; its text becomes the result and all writes are undone
     */
    byte[] execute(Call call, byte[] operation, State state) throws ServiceException;

    /**
     * Executes one operation that reads only, out of order (section 3.9 of bft-protocol(7)): what it answers must be what
     * {@link #execute} would answer on this state, so it cannot depend on the time.
     *
     * @param state cannot be written: that throws {@link UnsupportedOperationException}
     * @return the result, or empty for an operation that may write: its client has it ordered
     * @throws ServiceException a deterministic refusal, as in {@link #execute}
     */
    default Optional<byte[]> read(int client, byte[] operation, State state) throws ServiceException {
        return Optional.empty();
    }

    /**
     * At the primary: a value that all replicas shall execute the next batch with, such as random bytes. Here, and only
     * here, may a service look at the world outside of it. Called for each batch, so it must be quick.
     *
     * @param state after the last batch executed here, which may be some batches before the one that is proposed; cannot
     *     be written
     * @return at most {@link #PROPOSAL_MAX} bytes; with a longer value, or an exception, the batch has an empty one
     */
    default byte[] propose(State state) {
        return new byte[0];
    }

    /**
     * At the others: whether a value may stand that a primary proposed, who may be faulty. Be lenient: the replica votes
     * for no batch that it does not accept, and when too few vote, another primary is chosen. A batch that is not accepted
     * is asked for again as time passes, so it must be quick.
     *
     * <p>Not asked for a batch that the change of a primary carried over. So {@link #execute} may still meet a value that
     * no correct replica was asked for, and must do something deterministic with any.
     *
     * @param proposed hostile: parse with bounds
     * @param state as in {@link #propose}, at this replica
     * @return false, or any exception, keeps this replica from voting for the batch
     */
    default boolean accepts(byte[] proposed, State state) {
        return proposed.length == 0;
    }
}
