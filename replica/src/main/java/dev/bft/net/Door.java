package dev.bft.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Where others come in: the listening socket, the incoming links, and the limits before anything is authenticated. */
final class Door {
    /** Incoming links are numbered from here, peers below. */
    static final long FIRST_NUMBER = 1 << 16;

    private static final int ACCEPTS_PER_TURN = 64;
    private static final long PAUSE_AFTER_FAILURE = 100_000_000L;
    /** A link silent for so long may have to go for a new one. */
    private static final long LONG_SILENCE = 10_000_000_000L;

    private static final long STALL_MAX = 30_000_000_000L;

    private final ServerSocketChannel listening;
    private final SelectionKey key;
    private final NetSettings settings;
    private final Losses losses;
    private final TreeMap<Long, Link> links = new TreeMap<>();
    private final Map<InetAddress, Integer> perAddress = new HashMap<>();
    private long nextNumber = FIRST_NUMBER;
    private long memory;
    private long closedUntil = Long.MIN_VALUE;

    Door(ServerSocketChannel listening, Selector selector, NetSettings settings, Losses losses) throws IOException {
        this.listening = listening;
        this.key = listening.register(selector, SelectionKey.OP_ACCEPT, this);
        this.settings = settings;
        this.losses = losses;
    }

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) listening.getLocalAddress();
    }

    /** Takes the connections that wait, within the limits; returns where they come from. */
    List<InetAddress> accept(long now) {
        List<InetAddress> from = new ArrayList<>();
        try {
            for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
                SocketChannel channel = listening.accept();
                if (channel == null) {
                    return from;
                }
                admit(channel, now).ifPresent(link -> from.add(link.remote()));
            }
        } catch (IOException e) {
            // Out of descriptors, most likely: the selector would report the waiting connection without pause.
            losses.count(Loss.ACCEPT_FAILED);
            key.interestOps(0);
            closedUntil = now + PAUSE_AFTER_FAILURE;
        }
        return from;
    }

    private Optional<Link> admit(SocketChannel channel, long now) {
        InetAddress remote = channel.socket().getInetAddress();
        Optional<Loss> refusal = makeRoom(remote, now);
        if (refusal.isPresent()) {
            losses.count(refusal.get());
            Sockets.close(channel);
            return Optional.empty();
        }
        try {
            Sockets.prepare(channel);
            SelectionKey own = channel.register(key.selector(), SelectionKey.OP_READ);
            Outbox outbox = new Outbox(settings.queueFrames(), settings.linkQueueBytes(), losses);
            Link link = new Link(nextNumber++, own, outbox, settings);
            link.begin(now);
            own.attach(link);
            links.put(link.number(), link);
            perAddress.merge(remote, 1, Integer::sum);
            return Optional.of(link);
        } catch (IOException e) {
            losses.count(Loss.ACCEPT_FAILED);
            Sockets.close(channel);
            return Optional.empty();
        }
    }

    private Optional<Loss> makeRoom(InetAddress remote, long now) {
        if (perAddress.getOrDefault(remote, 0) >= settings.linksPerAddress()
                && !evict(link -> link.remote().equals(remote), now)) {
            return Optional.of(Loss.TOO_MANY_FROM_ADDRESS);
        }
        if (links.size() >= settings.linksMax() && !evict(link -> true, now)) {
            return Optional.of(Loss.TOO_MANY_LINKS);
        }
        return Optional.empty();
    }

    /** The oldest stranger goes, else the link that has been silent longest, if that is long. */
    private boolean evict(Predicate<Link> among, long now) {
        Optional<Link> victim = links.values().stream()
                .filter(among.and(link -> !link.isTrusted()))
                .findFirst()
                .or(() -> links.values().stream()
                        .filter(among.and(link -> link.silence(now) > LONG_SILENCE))
                        .max(Comparator.comparingLong(link -> link.silence(now))));
        victim.ifPresent(link -> cut(link, Loss.EVICTED));
        return victim.isPresent();
    }

    Optional<Link> link(long number) {
        return Optional.ofNullable(links.get(number));
    }

    void cut(Link link, Loss why) {
        if (links.remove(link.number(), link)) {
            losses.count(why);
            memory -= link.charged();
            perAddress.merge(link.remote(), -1, (a, b) -> a + b == 0 ? null : a + b);
            link.close();
        }
    }

    /** Counts what the link holds now. */
    void weigh(Link link) {
        memory += link.memoryChange();
    }

    /** Cuts whoever is too old, too slow or too heavy. */
    void sweep(long now) {
        if (now >= closedUntil) {
            key.interestOps(SelectionKey.OP_ACCEPT);
        }
        for (Link link : List.copyOf(links.values())) {
            if (!link.isTrusted() && link.age(now) > settings.strangerLife()) {
                cut(link, link.isPaused() ? Loss.STRANGER_TOO_LONG : Loss.STRANGER_TOO_OLD);
            } else if (link.stall(now) > STALL_MAX) {
                cut(link, Loss.STALLED);
            }
        }
        relieve();
    }

    /** While all links together hold too much, the one that holds most is cut. */
    void relieve() {
        while (memory > settings.linksMemory() && !links.isEmpty()) {
            links.values().stream()
                    .max(Comparator.comparingLong(Link::memory))
                    .ifPresent(link -> cut(link, Loss.MEMORY));
        }
    }

    void close() {
        List.copyOf(links.values()).forEach(Link::close);
        links.clear();
        Sockets.close(listening);
    }
}
