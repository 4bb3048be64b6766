package dev.bft.watchdog;

import dev.bft.coprocessor.Frame;
import dev.bft.coprocessor.LocalChannel;
import dev.bft.coprocessor.LocalProtocolException;
import dev.bft.watchdog.WatchdogRefusalException.Cause;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

/**
 * The operator's way to a watchdog: a Unix socket that only the watchdog's user may open, and whose peers are asked for
 * their user once more. A connection carries one request.
 */
final class ControlServer implements AutoCloseable {

    private static final int CONNECTIONS_MAX = 16;
    private static final Duration REQUEST = Duration.ofSeconds(10);
    private static final long CLOSE_SECONDS = 5;
    private static final long PAUSE_MILLIS = 100;
    private static final String ROOT = "root";

    private final ControlSocket socket;
    private final ServerSocketChannel server;
    private final UserPrincipal owner;
    private final Desk desk;
    private final Semaphore places = new Semaphore(CONNECTIONS_MAX);
    private final AtomicLong tickets = new AtomicLong();
    private final Map<Long, BlockingQueue<ControlMessage>> waiting = new ConcurrentHashMap<>();

    /** Answers what the server is asked. */
    interface Desk {

        WatchdogStatus status();

        /** Answers follow by {@link ControlServer#answer} under this ticket. */
        void recover(long ticket, ControlMessage.RecoverAsked asked) throws InterruptedException;

        void stop(long ticket) throws InterruptedException;

        /** Returns {@link ControlMessage.Accepted} or {@link ControlMessage.Refused}. */
        ControlMessage handOver();

        /** Notes that an operator puts the interlock aside. */
        ControlMessage override(String reason);
    }

    private ControlServer(ControlSocket socket, ServerSocketChannel server, UserPrincipal owner, Desk desk) {
        this.socket = socket;
        this.server = server;
        this.owner = owner;
        this.desk = desk;
    }

    /** Binds the socket in the replica's folder; the caller holds the folder's lock, so a socket there is a dead one's. */
    static ControlServer open(WatchdogFolder folder, Desk desk) throws IOException {
        ControlSocket socket = ControlSocket.in(folder.home());
        Files.deleteIfExists(socket.path());
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(socket.address());
        Files.setPosixFilePermissions(socket.path(), PosixFilePermissions.fromString("rw-------"));
        return new ControlServer(socket, server, Files.getOwner(socket.path()), desk);
    }

    void start() {
        daemon("control", this::accept);
    }

    /** Passes an answer to whoever has this ticket; nobody may wait for it any more. */
    void answer(long ticket, ControlMessage message) {
        Optional.ofNullable(waiting.get(ticket)).ifPresent(answers -> answers.add(message));
    }

    /** Lets the last answers out, then closes; one place is always the next peer's. */
    @Override
    public void close() throws IOException {
        try {
            if (places.tryAcquire(CONNECTIONS_MAX - 1, CLOSE_SECONDS, TimeUnit.SECONDS)) {
                places.release(CONNECTIONS_MAX - 1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.close();
        Files.deleteIfExists(socket.path());
        socket.close();
    }

    private void accept() {
        try {
            while (server.isOpen()) {
                places.acquire();
                Optional<SocketChannel> peer = acceptOne();
                if (peer.isPresent()) {
                    daemon("control connection", () -> serve(peer.get()));
                } else {
                    places.release();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Without descriptors there is no peer for now; those who wait stay in the socket's queue. */
    private Optional<SocketChannel> acceptOne() throws InterruptedException {
        try {
            return Optional.of(server.accept());
        } catch (IOException e) {
            if (server.isOpen()) {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
            return Optional.empty();
        }
    }

    private void serve(SocketChannel peer) {
        try (peer) {
            LocalChannel channel = new LocalChannel(peer, peer);
            if (isOwner(peer)) {
                serve(channel, request(peer, channel));
            } else {
                refuse(channel, Cause.NOT_OWNER, "this watchdog answers its own user only");
            }
        } catch (LocalProtocolException e) {
            // A peer that speaks another language gets no answer in ours.
        } catch (IOException e) {
            // It hung up; whatever it asked for goes on.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            places.release();
        }
    }

    private boolean isOwner(SocketChannel peer) throws IOException {
        UnixDomainPrincipal credentials = peer.getOption(ExtendedSocketOptions.SO_PEERCRED);
        return credentials.user().equals(owner) || credentials.user().getName().equals(ROOT);
    }

    /** The request, or nothing when it does not come in time. */
    private static Optional<ControlMessage> request(SocketChannel peer, LocalChannel channel) throws IOException {
        Optional<Frame> frame = Patience.within(REQUEST, () -> close(peer), channel::read);
        return frame.isEmpty() ? Optional.empty() : Optional.of(ControlMessage.decode(frame.get()));
    }

    private void serve(LocalChannel channel, Optional<ControlMessage> asked) throws IOException, InterruptedException {
        if (asked.isEmpty()) {
            return;
        }
        ControlMessage request = asked.get();
        if (request instanceof ControlMessage.StatusAsked) {
            channel.write(new ControlMessage.Status(desk.status()).encode());
        } else if (request instanceof ControlMessage.RecoverAsked recover) {
            relay(channel, ticket -> desk.recover(ticket, recover));
        } else if (request instanceof ControlMessage.StopAsked) {
            relay(channel, desk::stop);
        } else if (request instanceof ControlMessage.HandOverAsked) {
            channel.write(desk.handOver().encode());
        } else if (request instanceof ControlMessage.Overridden overridden) {
            channel.write(desk.override(overridden.reason()).encode());
        } else {
            refuse(channel, Cause.MALFORMED, "this is an answer, not a request");
        }
    }

    private void relay(LocalChannel channel, Request request) throws IOException, InterruptedException {
        long ticket = tickets.incrementAndGet();
        BlockingQueue<ControlMessage> answers = new LinkedBlockingQueue<>();
        waiting.put(ticket, answers);
        try {
            request.ask(ticket);
            ControlMessage answer = answers.take();
            channel.write(answer.encode());
            while (!isLast(answer)) {
                answer = answers.take();
                channel.write(answer.encode());
            }
        } finally {
            waiting.remove(ticket);
        }
    }

    private static boolean isLast(ControlMessage answer) {
        return answer instanceof ControlMessage.Finished
                || answer instanceof ControlMessage.Refused
                || answer instanceof ControlMessage.Stopped;
    }

    private static void refuse(LocalChannel channel, Cause cause, String why) throws IOException {
        channel.write(new ControlMessage.Refused(cause, why).encode());
    }

    private static void close(SocketChannel peer) {
        try {
            peer.close();
        } catch (IOException e) {
            // As good as closed.
        }
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Puts a request to the desk under a ticket. */
    private interface Request {
        void ask(long ticket) throws InterruptedException;
    }
}
