package dev.bft.client;

import dev.bft.auth.MacKey;
import dev.bft.net.NetSettings;
import dev.bft.net.Transport;
import dev.bft.wire.Cluster;
import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Reply;
import dev.bft.wire.Request;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Clients of the baseline on one connection: so many operations under way at a time, each sent when the one before
 * it was answered. Same frames and MACs as a client of a cluster, no signature.
 */
public final class UnreplicatedClient implements AutoCloseable {
    private static final int CLIENT = 1000;

    private final Transport transport;
    private final MacKey key;
    private final Cluster cluster;
    private final byte[] operation;
    private final long[] numbers;
    private final long[] sentAt;

    /** So many clients, each repeating one operation. */
    public UnreplicatedClient(InetSocketAddress server, Cluster cluster, MacKey key, int clients, byte[] operation)
            throws IOException {
        this.cluster = cluster;
        this.key = key;
        this.operation = operation;
        this.numbers = new long[clients];
        this.sentAt = new long[clients];
        transport = new Transport(NetSettings.standard(), bound -> 0);
        transport.dial(0, server);
    }

    /** Runs for so many nanoseconds; gives each operation's nanoseconds to the meter. */
    public void run(long duration, LongConsumer meter) throws IOException {
        long end = System.nanoTime() + duration;
        while (!transport.isConnected(0)) {
            transport.poll(1_000_000L, (link, frame) -> {});
        }
        for (int session = 0; session < numbers.length; session++) {
            send(session);
        }
        while (System.nanoTime() < end) {
            transport.poll(10_000_000L, (link, frame) -> received(frame, meter));
        }
    }

    private void send(int session) {
        Request request = new Request(session, 1, ++numbers[session], false, operation, new byte[0]);
        byte[] open = Envelope.open(cluster, CLIENT, request);
        Envelope.Mac mac = new Envelope.Mac(0, key.id(), key.tag(Digest.of(open)));
        sentAt[session] = System.nanoTime();
        transport.send(0, Envelope.complete(open, new Envelope.Macs(List.of(mac))));
    }

    private void received(byte[] frame, LongConsumer meter) {
        try {
            Envelope envelope = Envelope.read(frame);
            boolean authentic = envelope.auth() instanceof Envelope.Macs macs
                    && key.verifies(envelope.digest(), macs.of(CLIENT).tag());
            if (authentic && envelope.message() instanceof Reply reply) {
                int session = reply.session();
                if (session >= 0 && session < numbers.length && reply.number() == numbers[session]) {
                    meter.accept(System.nanoTime() - sentAt[session]);
                    send(session);
                }
            }
        } catch (MalformedException e) {
            throw new IllegalStateException("the baseline answers in frames", e);
        }
    }

    @Override
    public void close() throws IOException {
        transport.close();
    }
}
