package dev.bft.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.function.LongUnaryOperator;

/**
 * A peer that is dialled, and dialled again whenever the connection is lost: after 20 ms, doubling to 1 s.
 *
 * <p>Frames wait here while there is no connection, but only the newest few: what is old then is of little use.
 */
final class Peer {
    private static final long FIRST_WAIT = 20_000_000L;
    private static final long LONGEST_WAIT = 1_000_000_000L;
    private static final long DIAL_TIMEOUT = 2_000_000_000L;
    private static final int FRAMES_UNCONNECTED = 64;

    private final int id;
    private final InetSocketAddress address;
    private final NetSettings settings;
    private final LongUnaryOperator jitter;
    private final Outbox outbox;

    private Optional<SelectionKey> dialling = Optional.empty();
    private Optional<Link> link = Optional.empty();
    private long wait = FIRST_WAIT;
    private long dialledAt;
    private long dialNext;

    Peer(int id, InetSocketAddress address, NetSettings settings, LongUnaryOperator jitter, Losses losses) {
        this.id = id;
        this.address = address;
        this.settings = settings;
        this.jitter = jitter;
        this.outbox = new Outbox(FRAMES_UNCONNECTED, settings.peerQueueBytes(), losses);
        this.dialNext = Long.MIN_VALUE;
    }

    int id() {
        return id;
    }

    InetSocketAddress address() {
        return address;
    }

    Outbox outbox() {
        return outbox;
    }

    Optional<Link> link() {
        return link;
    }

    boolean isDialling() {
        return dialling.isPresent();
    }

    /** When something is to be done here next. */
    long due() {
        if (link.isPresent()) {
            return Long.MAX_VALUE;
        }
        return dialling.isPresent() ? dialledAt + DIAL_TIMEOUT : dialNext;
    }

    /** Begins a connection. */
    void dial(Selector selector, long now) throws IOException {
        dialledAt = now;
        if (address.isUnresolved()) {
            throw new IOException(address.getHostString() + ": unknown host");
        }
        SocketChannel channel = SocketChannel.open();
        try {
            Sockets.prepare(channel);
            // A connection that stands at once is not reported as connectable, but as writable.
            int news = channel.connect(address) ? SelectionKey.OP_WRITE : SelectionKey.OP_CONNECT;
            dialling = Optional.of(channel.register(selector, news, this));
        } catch (IOException e) {
            Sockets.close(channel);
            throw e;
        }
    }

    /** The selector says that the connection stands or failed. */
    Link connected(SelectionKey key, long now) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        channel.finishConnect();
        if (channel.getLocalAddress().equals(channel.getRemoteAddress())) {
            // A port among those the system gives out, dialled while nobody listens there, can meet itself.
            throw new IOException(address + ": connected to itself");
        }
        dialling = Optional.empty();
        outbox.restart();
        outbox.limit(settings.queueFrames());
        Link fresh = new Link(id, key, outbox, settings);
        fresh.begin(now);
        fresh.trust(true);
        key.attach(fresh);
        key.interestOps(SelectionKey.OP_READ);
        link = Optional.of(fresh);
        return fresh;
    }

    /** The connection is lost, or did not come about. */
    void lost(long now) {
        dialling.ifPresent(key -> {
            key.cancel();
            Sockets.close(key.channel());
        });
        dialling = Optional.empty();
        boolean lasted = link.isPresent() && link.get().age(now) > LONGEST_WAIT;
        link.ifPresent(Link::close);
        link = Optional.empty();
        outbox.restart();
        outbox.limit(FRAMES_UNCONNECTED);
        wait = lasted ? FIRST_WAIT : wait;
        dialNext = now + wait / 2 + jitter.applyAsLong(wait / 2 + 1);
        wait = Math.min(2 * wait, LONGEST_WAIT);
    }

    /** How long ago the last connection was begun. */
    long sinceDialled(long now) {
        return now - dialledAt;
    }

    /** Gives the connection up, or the try, and begins another at once. */
    void redial(long now) {
        lost(now);
        dialNext = now;
    }

    /** Something came from the peer's address: it may be there again, so the long waits are over. */
    void mayBeBack(long now) {
        if (link.isPresent() || now - dialledAt < FIRST_WAIT) {
            return;
        }
        if (dialling.isPresent()) {
            // What was sent when the peer was away is repeated after a second at the earliest.
            lost(now);
        }
        dialNext = Math.min(dialNext, now);
    }
}
