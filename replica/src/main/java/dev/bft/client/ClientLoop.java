package dev.bft.client;

import dev.bft.keystore.ClusterConfig;
import dev.bft.net.NetSettings;
import dev.bft.net.Receiver;
import dev.bft.net.Transport;
import dev.bft.protocol.ClientCore;
import dev.bft.protocol.ClientEffect;
import dev.bft.protocol.ClientEvent;
import dev.bft.protocol.Outcome;
import dev.bft.wire.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/** The thread that runs a client: the pure core between the transport and the callers. */
final class ClientLoop implements Receiver, Runnable {
    private static final long TICK = 10_000_000L;

    private final ClientCore core;
    private final ClusterConfig config;
    private final Transport transport;
    private final ConcurrentLinkedQueue<ClientEvent.Invoke> invocations = new ConcurrentLinkedQueue<>();
    private final Map<Long, CompletableFuture<byte[]>> waiting = new ConcurrentHashMap<>();
    private final AtomicLong tokens = new AtomicLong();
    private final Thread thread;
    private volatile boolean closed;
    private volatile int connected;
    private final boolean[] standing;
    private long tickedAt;

    ClientLoop(ClientCore core, ClusterConfig config) throws IOException {
        this.core = core;
        this.config = config;
        this.standing = new boolean[config.replicas().size()];
        this.transport = new Transport(
                NetSettings.standard(), bound -> ThreadLocalRandom.current().nextLong(bound));
        this.thread = new Thread(this, "bft-client");
        this.thread.setDaemon(true);
    }

    void start() {
        for (ClusterConfig.Replica replica : config.replicas()) {
            transport.dial(replica.id(), new InetSocketAddress(replica.host(), replica.port()));
        }
        thread.start();
    }

    CompletableFuture<byte[]> invoke(byte[] operation, Request.Kind kind) {
        CompletableFuture<byte[]> future = new CompletableFuture<>();
        long token = tokens.incrementAndGet();
        waiting.put(token, future);
        if (closed) {
            fail(token, new Outcome.Failed(Outcome.Reason.CLOSED, "the client is closed"));
            return future;
        }
        invocations.add(new ClientEvent.Invoke(token, operation, kind));
        if (Thread.currentThread() != thread) {
            transport.wakeup();
        }
        return future;
    }

    private void fail(long token, Outcome.Failed failed) {
        CompletableFuture<byte[]> future = waiting.remove(token);
        if (future != null) {
            future.completeExceptionally(InvocationException.of(failed));
        }
    }

    int connected() {
        return connected;
    }

    String reached() {
        return connected + " of " + config.replicas().size() + " replicas are connected";
    }

    @Override
    public void run() {
        try (transport) {
            byte[] seed = new byte[32];
            new SecureRandom().nextBytes(seed);
            step(new ClientEvent.Started(seed, System.currentTimeMillis() * 1000));
            while (!closed) {
                transport.poll(TICK, this);
                turn();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the client's selector failed", e);
        } finally {
            closed = true;
            for (Long token : waiting.keySet()) {
                fail(token, new Outcome.Failed(Outcome.Reason.CLOSED, "the client is closed"));
            }
        }
    }

    private void turn() {
        ClientEvent.Invoke next = invocations.poll();
        while (next != null) {
            step(next);
            next = invocations.poll();
        }
        long now = System.nanoTime();
        if (now - tickedAt >= TICK) {
            tickedAt = now;
            look();
            step(new ClientEvent.Tick(now));
        }
    }

    /** Which connections stand, and which broke since the last look. */
    private void look() {
        int count = 0;
        for (int i = 0; i < standing.length; i++) {
            boolean stands = transport.isConnected(i);
            if (standing[i] && !stands) {
                step(new ClientEvent.Lost(i));
            }
            standing[i] = stands;
            count += stands ? 1 : 0;
        }
        connected = count;
    }

    @Override
    public void received(long link, byte[] frame) {
        step(new ClientEvent.Received((int) link, frame));
    }

    @Override
    public void connected(int peer) {
        step(new ClientEvent.Connected(peer));
    }

    private void step(ClientEvent event) {
        for (ClientEffect effect : core.step(event)) {
            if (effect instanceof ClientEffect.SendToReplica send) {
                transport.send(send.replica(), send.frame());
            } else if (effect instanceof ClientEffect.Complete complete) {
                complete(complete);
            }
        }
    }

    private void complete(ClientEffect.Complete complete) {
        if (complete.outcome() instanceof Outcome.Failed failed) {
            fail(complete.token(), failed);
        } else if (complete.outcome() instanceof Outcome.Result result) {
            CompletableFuture<byte[]> future = waiting.remove(complete.token());
            if (future != null) {
                future.complete(result.result());
            }
        }
    }

    void close() {
        closed = true;
        transport.wakeup();
        try {
            thread.join(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
