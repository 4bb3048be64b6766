package dev.bft.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;

/**
 * Frames between this node and others over TCP: peers that it dials, and links that others opened to it.
 *
 * <p>It has no thread: the owner calls {@link #poll}, and everything happens there; only {@link #wakeup} may be
 * called from other threads. It may lose, duplicate nothing, and keeps the order of what it delivers on one
 * connection. Nothing that others do makes it fail, block or grow beyond {@link NetSettings}.
 *
 * <p>A dialled peer's link is its id; incoming links have larger numbers, never used twice.
 */
public final class Transport implements AutoCloseable {
    private static final int BUFFER = 256 << 10;
    private static final long SWEEP_PERIOD = 100_000_000L;
    private static final long PEER_STALL_MAX = 5_000_000_000L;
    private static final long REDIAL_AFTER = 300_000_000L;
    private static final long MILLISECOND = 1_000_000L;

    private final NetSettings settings;
    private final LongUnaryOperator jitter;
    private final Selector selector;
    private final Losses losses = new Losses();
    private final TreeMap<Integer, Peer> peers = new TreeMap<>();
    private final ByteBuffer shared = ByteBuffer.allocateDirect(BUFFER);
    private Optional<Door> door = Optional.empty();
    private List<Link> unwritten = new ArrayList<>();
    private final List<Link> resumable = new ArrayList<>();
    private final List<Link> muted = new ArrayList<>();
    private long sweepNext;
    private long round;
    private long now;

    /**
     * A transport without any connection yet.
     *
     * @param jitter a random number from 0 below its argument: spreads the redialling of many
     */
    public Transport(NetSettings settings, LongUnaryOperator jitter) throws IOException {
        this.settings = settings;
        this.jitter = jitter;
        this.selector = Selector.open();
        this.now = System.nanoTime();
        this.sweepNext = now;
    }

    /**
     * Lets others in; at most once.
     *
     * @return the address with the port that was taken
     * @throws java.net.BindException if the address cannot be had: its message says why and what to do
     */
    public InetSocketAddress listen(InetSocketAddress address) throws IOException {
        Door opened = new Door(Sockets.listen(address), selector, settings, losses);
        door = Optional.of(opened);
        return opened.address();
    }

    /** Keeps a connection to this peer from now on; ids are below 65,536. */
    public void dial(int peer, InetSocketAddress address) {
        if (peer < 0 || peer >= Door.FIRST_NUMBER || peers.containsKey(peer)) {
            throw new IllegalArgumentException("peer " + peer);
        }
        peers.put(peer, new Peer(peer, address, settings, jitter, losses));
    }

    /** Sends a frame to a dialled peer or on an incoming link, when {@link #poll} is called next; it may be lost. */
    public void send(long link, byte[] frame) {
        if (frame.length == 0 || frame.length > settings.frameMax()) {
            losses.count(Loss.TOO_LONG_TO_SEND);
            return;
        }
        if (link >= 0 && link < Door.FIRST_NUMBER) {
            sendToPeer(Optional.ofNullable(peers.get((int) link)), frame);
            return;
        }
        Optional<Link> open = linkOf(link);
        if (open.isEmpty()) {
            losses.count(Loss.NO_LINK);
            return;
        }
        open.get().outbox().add(frame);
        weigh(open.get());
        writeLater(open.get());
    }

    private void sendToPeer(Optional<Peer> peer, byte[] frame) {
        if (peer.isEmpty()) {
            losses.count(Loss.NO_LINK);
            return;
        }
        peer.get().outbox().add(frame);
        peer.get().link().ifPresent(this::writeLater);
    }

    private void writeLater(Link link) {
        if (!link.isFull() && link.markUnwritten()) {
            unwritten.add(link);
        }
    }

    /** Lifts the limits for strangers: a message of a client, or of a replica, was authenticated on this link. */
    public void trust(long link, boolean replica) {
        linkOf(link).ifPresent(l -> {
            l.trust(replica);
            if (l.isPaused()) {
                resumeLater(l);
            }
        });
    }

    private void resumeLater(Link link) {
        if (!resumable.contains(link)) {
            resumable.add(link);
        }
    }

    /** Nothing is read from a link for so many nanoseconds, a tenth of a second more at most. */
    public void mute(long link, long nanos) {
        Optional<Link> loud = link >= 0 && link < Door.FIRST_NUMBER
                ? Optional.ofNullable(peers.get((int) link)).flatMap(Peer::link)
                : linkOf(link);
        loud.filter(Link::isOpen).ifPresent(l -> {
            losses.count(Loss.MUTED);
            l.mute(now + nanos);
            if (!muted.contains(l)) {
                muted.add(l);
            }
        });
    }

    private Optional<Link> linkOf(long number) {
        return door.flatMap(d -> d.link(number));
    }

    /** Writes what waits, then waits for something to come in, at most this long, and hands it over. */
    public void poll(long timeoutNanos, Receiver receiver) throws IOException {
        now = System.nanoTime();
        round++;
        dialDue();
        sweepIfDue();
        resume(receiver);
        writeAll();
        long millis = waitMillis(timeoutNanos);
        if (millis <= 0) {
            selector.selectNow(key -> ready(key, receiver));
        } else {
            selector.select(key -> ready(key, receiver), millis);
        }
    }

    /**
     * The owner hears nothing from a peer though a connection may stand. What the network lost while it was cut TCP
     * repeats ever more seldom, so a new connection is tried, again and again. One younger than 300 ms, which is more
     * than a round trip round the world, is not given up.
     */
    public void redial(int peer) {
        Optional<Peer> silent = Optional.ofNullable(peers.get(peer)).filter(p -> p.sinceDialled(now) >= REDIAL_AFTER);
        if (silent.isPresent()) {
            losses.count(Loss.SILENT);
            silent.get().redial(now);
        }
    }

    /** Makes the present or next {@link #poll} return early; from any thread. */
    public void wakeup() {
        selector.wakeup();
    }

    /** How often each loss occurred. */
    public Map<Loss, Long> losses() {
        return losses.counts();
    }

    /** Whether a connection to this peer stands. */
    public boolean isConnected(int peer) {
        return peers.containsKey(peer) && peers.get(peer).link().isPresent();
    }

    private long waitMillis(long timeoutNanos) {
        if (!unwritten.isEmpty() || !resumable.isEmpty()) {
            return 0;
        }
        long wait = Math.min(timeoutNanos, sweepNext - now);
        for (Peer peer : peers.values()) {
            if (peer.link().isEmpty()) {
                wait = Math.min(wait, peer.due() - now);
            }
        }
        return (Math.max(0, wait) + MILLISECOND - 1) / MILLISECOND;
    }

    private void ready(SelectionKey key, Receiver receiver) {
        now = System.nanoTime();
        if (!key.isValid()) {
            return;
        }
        Object waiting = key.attachment();
        if (waiting instanceof Door open) {
            mayBeBack(open.accept(now));
        } else if (waiting instanceof Peer peer) {
            finishDial(peer, key, receiver);
        } else if (waiting instanceof Link link) {
            ready(link, key, receiver);
        }
    }

    private void ready(Link link, SelectionKey key, Receiver receiver) {
        try {
            if (key.isReadable() && link.isItsTurn(round)) {
                link.read(shared, receiver, now);
            }
            if (link.waits()) {
                resumeLater(link);
            }
            if (key.isValid() && key.isWritable()) {
                write(link);
            }
            weigh(link);
        } catch (CutException e) {
            cut(link, e.why());
        } catch (IOException e) {
            cut(link, Loss.LINK_LOST);
        }
    }

    private void resume(Receiver receiver) {
        List<Link> links = List.copyOf(resumable);
        resumable.clear();
        for (Link link : links) {
            try {
                if (link.isOpen() && link.isItsTurn(round)) {
                    link.resume(receiver);
                }
                if (link.isOpen() && link.waits()) {
                    resumeLater(link);
                }
                weigh(link);
            } catch (CutException e) {
                cut(link, e.why());
            }
        }
    }

    private void writeAll() {
        List<Link> links = unwritten;
        unwritten = new ArrayList<>();
        for (Link link : links) {
            link.clearUnwritten();
            try {
                write(link);
                weigh(link);
            } catch (IOException e) {
                cut(link, Loss.LINK_LOST);
            }
        }
        door.ifPresent(Door::relieve);
    }

    private void write(Link link) throws IOException {
        if (link.isOpen() && link.write(shared, now)) {
            writeLater(link);
        }
    }

    private void weigh(Link link) {
        if (link.number() >= Door.FIRST_NUMBER && link.isOpen()) {
            door.ifPresent(d -> d.weigh(link));
        }
    }

    private void cut(Link link, Loss why) {
        if (link.number() >= Door.FIRST_NUMBER) {
            door.ifPresent(d -> d.cut(link, why));
            return;
        }
        Peer peer = peers.get((int) link.number());
        if (peer != null && peer.link().equals(Optional.of(link))) {
            losses.count(why);
            peer.lost(now);
        }
    }

    private void dialDue() {
        for (Peer peer : peers.values()) {
            if (peer.due() > now) {
                continue;
            }
            if (peer.isDialling()) {
                dialFailed(peer);
                continue;
            }
            try {
                peer.dial(selector, now);
            } catch (IOException e) {
                dialFailed(peer);
            }
        }
    }

    private void dialFailed(Peer peer) {
        losses.count(Loss.DIAL_FAILED);
        peer.lost(now);
    }

    private void finishDial(Peer peer, SelectionKey key, Receiver receiver) {
        try {
            writeLater(peer.connected(key, now));
        } catch (IOException e) {
            dialFailed(peer);
            return;
        }
        receiver.connected(peer.id());
    }

    private void mayBeBack(List<InetAddress> from) {
        for (Peer peer : peers.values()) {
            if (from.contains(peer.address().getAddress())) {
                peer.mayBeBack(now);
            }
        }
    }

    private void sweepIfDue() {
        if (now < sweepNext) {
            return;
        }
        sweepNext = now + SWEEP_PERIOD;
        muted.removeIf(link -> !link.isOpen());
        for (Link link : List.copyOf(muted)) {
            if (link.isMuteOver(now)) {
                muted.remove(link);
                resumeLater(link);
            }
        }
        door.ifPresent(d -> d.sweep(now));
        for (Peer peer : peers.values()) {
            peer.link().filter(link -> link.stall(now) > PEER_STALL_MAX).ifPresent(link -> cut(link, Loss.STALLED));
        }
    }

    /** Closes every connection. */
    @Override
    public void close() throws IOException {
        door.ifPresent(Door::close);
        peers.values().forEach(peer -> peer.lost(now));
        selector.close();
    }
}
