package dev.bft.cli.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** Bytes there and back between two processes over blocking sockets: what is below every other figure. */
final class Echo {

    private static final int BYTES = 8;
    private static final int PORT_ANY = 0;

    private Echo() {}

    /** Answers one connection after the other on a thread of its own; the port. */
    static int serve() throws IOException {
        ServerSocketChannel server =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT_ANY));
        Thread thread = new Thread(() -> answer(server), "echo");
        thread.setDaemon(true);
        thread.start();
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    private static void answer(ServerSocketChannel server) {
        while (server.isOpen()) {
            try (SocketChannel one = server.accept()) {
                prepare(one);
                ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
                while (fill(one, buffer)) {
                    empty(one, buffer);
                }
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                // That connection is over; the next one is another.
            }
        }
    }

    /** Sends and waits for the answer, again and again. */
    static Sample run(InetSocketAddress address, Duration time) throws IOException {
        try (SocketChannel channel = SocketChannel.open(address)) {
            prepare(channel);
            ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
            long start = System.nanoTime();
            Meter meter = new Meter(start);
            long now = start;
            while (now - start < time.toNanos()) {
                buffer.clear();
                empty(channel, buffer);
                if (!fill(channel, buffer)) {
                    throw new EOFException("the baseline's process ended");
                }
                long then = System.nanoTime();
                meter.completed(then - now);
                now = then;
            }
            return meter.sample(now - start, 0, now);
        }
    }

    private static void prepare(SocketChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    private static boolean fill(SocketChannel channel, ByteBuffer buffer) throws IOException {
        buffer.clear();
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                return false;
            }
        }
        buffer.flip();
        return true;
    }

    private static void empty(SocketChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }
}
