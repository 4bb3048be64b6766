package dev.bft.client;

import dev.bft.keystore.ClientIdentity;
import dev.bft.keystore.ClusterConfig;
import dev.bft.protocol.ClientCore;
import dev.bft.protocol.ClientSettings;
import dev.bft.wire.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A client of a cluster: invokes operations on the replicated service and gives the result that a quorum of
 * replicas agrees on. Safe for use by many threads; one connection a replica.
 *
 * <p>An operation is executed at most once. Where it cannot be told whether it was, the failure says so and nothing
 * is sent again by itself.
 */
public final class BftClient implements AutoCloseable {
    private final ClientLoop loop;

    private BftClient(ClientLoop loop) {
        this.loop = loop;
    }

    /**
     * A client with so many operations under way at a time; it connects in the background.
     *
     * @param sessions 1 to {@link ClientSettings#SESSIONS_MAX}
     * @throws IOException if this machine has no sockets left
     */
    public static BftClient connect(ClusterConfig config, ClientIdentity identity, int sessions) throws IOException {
        ClusterConfig.Cluster cluster = config.cluster();
        ClientSettings settings = ClientSettings.of(
                        identity.credential().clientId(), cluster.n(), cluster.idBytes(), cluster.epoch())
                .withSessions(sessions)
                .withTimes(
                        config.protocol().clientRetransmit().toNanos(),
                        config.protocol().clientRetransmitMax().toNanos(),
                        Math.max(
                                config.protocol().keyRefresh().toNanos(),
                                config.protocol().clientRetransmitMax().toNanos()));
        ClientLoop loop = new ClientLoop(new ClientCore(settings, new Secrets(identity, config)), config);
        loop.start();
        return new BftClient(loop);
    }

    /** Invokes an operation; the future fails with {@link InvocationException}. The bytes may not change afterwards. */
    public CompletableFuture<byte[]> invoke(byte[] operation) {
        return loop.invoke(operation, Request.Kind.OPERATION);
    }

    /**
     * Invokes an operation that only reads: all replicas answer it at once, out of order. If they do not agree in time, or
     * it may write, it is ordered like any other.
     */
    public CompletableFuture<byte[]> read(byte[] operation) {
        return loop.invoke(operation, Request.Kind.READ);
    }

    /** Invokes an operation and waits for its result, as long as the deadline allows. */
    public byte[] invoke(byte[] operation, Duration deadline) throws InvocationException, InterruptedException {
        return await(invoke(operation), deadline);
    }

    /** Invokes an operation that only reads and waits for its result, as long as the deadline allows. */
    public byte[] read(byte[] operation, Duration deadline) throws InvocationException, InterruptedException {
        return await(read(operation), deadline);
    }

    /**
     * Has a client revoked, whichever, and waits until it is.
     *
     * @param revocation the revocation that the root signed, encoded
     */
    public void revoke(byte[] revocation, Duration deadline) throws InvocationException, InterruptedException {
        await(loop.invoke(revocation, Request.Kind.REVOKE), deadline);
    }

    private byte[] await(CompletableFuture<byte[]> result, Duration deadline)
            throws InvocationException, InterruptedException {
        try {
            return result.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new InvocationException(
                    InvocationException.Reason.TIMEOUT,
                    "no answer of 2f+1 replicas within " + deadline.toMillis() + " ms; " + loop.reached());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof InvocationException failure) {
                throw failure;
            }
            throw new IllegalStateException("the client's own thread failed", e.getCause());
        }
    }

    /** How many replicas are connected now. */
    public int connected() {
        return loop.connected();
    }

    @Override
    public void close() {
        loop.close();
    }
}
