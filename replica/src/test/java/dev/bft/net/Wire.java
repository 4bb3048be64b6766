package dev.bft.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/** Transports polled in turn on the test's thread, and what they received. */
final class Wire implements AutoCloseable {
    private static final long DEADLINE_NANOS = 60_000_000_000L;
    private static final long TURN_NANOS = 1_000_000L;

    private final List<Node> nodes = new ArrayList<>();
    private final List<Socket> sockets = new ArrayList<>();

    /** A frame and the link it came on. */
    record Got(long link, byte[] frame) {}

    /** A transport that keeps what it receives. */
    static final class Node implements Receiver {
        final Transport transport;
        final List<Got> got = new ArrayList<>();
        final List<Integer> connected = new ArrayList<>();
        LongConsumer onFrame = link -> {};

        Node(NetSettings settings) throws IOException {
            transport = new Transport(settings, bound -> bound / 2);
        }

        @Override
        public void received(long link, byte[] frame) {
            got.add(new Got(link, frame));
            onFrame.accept(link);
        }

        @Override
        public void connected(int peer) {
            connected.add(peer);
        }

        long losses(Loss loss) {
            return transport.losses().getOrDefault(loss, 0L);
        }
    }

    Node node() throws IOException {
        return node(NetSettings.standard());
    }

    Node node(NetSettings settings) throws IOException {
        Node node = new Node(settings);
        nodes.add(node);
        return node;
    }

    void stop(Node node) throws IOException {
        nodes.remove(node);
        node.transport.close();
    }

    /** A plain connection, for what a transport would never send. */
    Socket raw(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(64 << 10);
        socket.connect(address);
        socket.setTcpNoDelay(true);
        sockets.add(socket);
        return socket;
    }

    static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    static byte[] framed(byte[] frame) {
        return ByteBuffer.allocate(4 + frame.length)
                .putInt(frame.length)
                .put(frame)
                .array();
    }

    /** Polls until the condition holds. */
    void until(String what, BooleanSupplier condition) throws IOException {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within 60 s: " + what);
            }
            turn();
        }
    }

    void turn() throws IOException {
        for (Node node : nodes) {
            node.transport.poll(TURN_NANOS, node);
        }
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        for (Node node : nodes) {
            node.transport.close();
        }
    }
}
