package dev.bft.cli.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** Bare connections among a few processes, over which messages of one size go: a kind, a sender and a number. */
final class Mesh implements AutoCloseable {

    /** The bytes of a message: about those of a vote with its MACs. */
    static final int FRAME = 200;

    private static final int BUFFER = 64 << 10;
    private static final int KIND_AT = 0;
    private static final int SENDER_AT = 1;
    private static final int NUMBER_AT = 2;

    private final int me;
    private final Selector selector = Selector.open();
    private final List<SocketChannel> channels = new ArrayList<>();
    private final List<ByteBuffer> waiting = new ArrayList<>();

    /** Takes a message. */
    interface Receiver {
        void received(int kind, int sender, long number);
    }

    /** Among so many parties, this one of them. */
    Mesh(int me, int parties) throws IOException {
        this.me = me;
        for (int i = 0; i < parties; i++) {
            channels.add(SocketChannel.open());
            waiting.add(ByteBuffer.allocateDirect(BUFFER));
        }
    }

    /** Connects to those before this one, and waits until those after it have connected. */
    void join(List<Integer> ports, ServerSocketChannel server) throws IOException {
        for (int to = 0; to < me; to++) {
            SocketChannel channel = channels.get(to);
            channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.get(to)));
            channel.write(ByteBuffer.wrap(new byte[] {(byte) me}));
            add(to, channel);
        }
        for (int count = me + 1; count < channels.size(); count++) {
            SocketChannel channel = server.accept();
            ByteBuffer name = ByteBuffer.allocate(1);
            if (channel.read(name) < 0) {
                throw new EOFException("a party is gone before it said its name");
            }
            channels.get(name.get(0)).close();
            add(name.get(0), channel);
        }
    }

    private void add(int party, SocketChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, ByteBuffer.allocateDirect(BUFFER));
        channels.set(party, channel);
    }

    /** Sends a message with the next {@link #poll}. */
    void send(int to, int kind, long number) {
        ByteBuffer buffer = waiting.get(to);
        int at = buffer.position();
        buffer.put(at + KIND_AT, (byte) kind).put(at + SENDER_AT, (byte) me).putLong(at + NUMBER_AT, number);
        buffer.position(at + FRAME);
    }

    /** Writes what waits, and takes what has come; false once somebody is gone. */
    boolean poll(long millis, Receiver receiver) throws IOException {
        for (int to = 0; to < waiting.size(); to++) {
            ByteBuffer buffer = waiting.get(to).flip();
            while (buffer.hasRemaining()) {
                channels.get(to).write(buffer);
            }
            buffer.clear();
        }
        selector.select(millis);
        boolean there = true;
        for (SelectionKey key : selector.selectedKeys()) {
            there &= read((SocketChannel) key.channel(), (ByteBuffer) key.attachment(), receiver);
        }
        selector.selectedKeys().clear();
        return there;
    }

    private static boolean read(SocketChannel channel, ByteBuffer buffer, Receiver receiver) throws IOException {
        if (channel.read(buffer) < 0) {
            return false;
        }
        buffer.flip();
        while (buffer.remaining() >= FRAME) {
            int at = buffer.position();
            receiver.received(buffer.get(at + KIND_AT), buffer.get(at + SENDER_AT), buffer.getLong(at + NUMBER_AT));
            buffer.position(at + FRAME);
        }
        buffer.compact();
        return true;
    }

    @Override
    public void close() throws IOException {
        selector.close();
        for (SocketChannel channel : channels) {
            channel.close();
        }
    }
}
