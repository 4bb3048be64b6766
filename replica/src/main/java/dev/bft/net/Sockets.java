package dev.bft.net;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import jdk.net.ExtendedSocketOptions;

/** Opens and closes sockets as this package wants them. */
final class Sockets {
    private static final int BACKLOG = 256;

    private Sockets() {}

    /** A listening socket; says which address cannot be had and what to do. */
    static ServerSocketChannel listen(InetSocketAddress address) throws IOException {
        if (address.isUnresolved()) {
            throw new BindException(address.getHostString() + ": unknown host; correct the host of this replica");
        }
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.configureBlocking(false);
            channel.bind(address, BACKLOG);
            return channel;
        } catch (BindException e) {
            close(channel);
            BindException clear = new BindException(address.getHostString() + ":" + address.getPort() + ": "
                    + e.getMessage() + "; stop what listens there, or give this replica another address");
            clear.initCause(e);
            throw clear;
        } catch (IOException e) {
            close(channel);
            throw e;
        }
    }

    /** Makes a connection fit for a selector. */
    static void prepare(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    }

    /**
     * For a while not every segment is acknowledged at once. Between replicas a connection goes one way, so that no
     * message of the other way carries an acknowledgement: without this each message is two packets.
     */
    static void quiet(SocketChannel channel) throws IOException {
        channel.setOption(ExtendedSocketOptions.TCP_QUICKACK, false);
    }

    /** Closes; the descriptor is gone even if the system complains. */
    static void close(Channel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing can be done about it, and nobody reads from it any more.
        }
    }
}
