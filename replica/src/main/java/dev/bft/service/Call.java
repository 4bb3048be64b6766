package dev.bft.service;

/**
 * What a service is told about an operation beside its bytes: the same at all replicas.
 *
 * @param client the authenticated client id
 * @param timeMicros the agreed time in microseconds since the epoch: the same for all operations of a batch, and later
 *     than in every batch before. As long as no more than f replicas are faulty it is never further ahead of the clocks
 *     of all correct ones than {@code agreed_time_skew} of bft.toml(5); it may be behind them when the primary changed
 * @param value what {@link Service#propose} of the primary made for this batch, if the primary is correct; at most
 *     {@link Service#PROPOSAL_MAX} bytes, which a faulty one chose as it likes as far as {@link Service#accepts} let it
 */
public record Call(int client, long timeMicros, byte[] value) {}
