package dev.bft.watchdog;

import dev.bft.coprocessor.LocalChannel;
import dev.bft.coprocessor.LocalProtocolException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The operator's side of a watchdog's control socket. Each call connects, asks, reads the answers and closes.
 *
 * <p>Throws {@link WatchdogUnreachableException} when the watchdog is not running or late, and
 * {@link WatchdogRefusalException} when it says no.
 */
public final class WatchdogClient {

    private static final Duration ANSWER = Duration.ofSeconds(30);

    private final int replica;
    private final Path folder;

    /** Names the watchdog of a replica; connects to nothing yet. */
    public WatchdogClient(Path cluster, int replica) {
        this.replica = replica;
        this.folder = cluster.resolve("replica-" + replica);
    }

    /** Returns what the watchdog knows now. */
    public WatchdogStatus status() throws IOException {
        try (Connection connection = ask(new ControlMessage.StatusAsked(), ANSWER)) {
            if (connection.next() instanceof ControlMessage.Status answer) {
                return answer.status();
            }
            throw notAsked();
        }
    }

    /** Asks for a recovery and returns once it has begun: the image is verified, the replica has saved. */
    public void startRecovery(String reason, IfNotSaved ifNotSaved, Duration deadline) throws IOException {
        try (Connection connection = ask(new ControlMessage.RecoverAsked(reason, ifNotSaved), deadline)) {
            connection.expectAccepted();
        }
    }

    /**
     * Asks for a recovery and returns when the replica is ready again. A deadline that passes ends the waiting, not the
     * recovery.
     *
     * @param onStep told each step as it passes
     */
    public RecoveryReport recoverNow(
            String reason, IfNotSaved ifNotSaved, Duration deadline, Consumer<RecoveryReport.Step> onStep)
            throws IOException {
        try (Connection connection = ask(new ControlMessage.RecoverAsked(reason, ifNotSaved), deadline)) {
            connection.expectAccepted();
            ControlMessage message = connection.next();
            while (message instanceof ControlMessage.Step passed) {
                onStep.accept(passed.step());
                message = connection.next();
            }
            if (message instanceof ControlMessage.Finished finished) {
                return finished.report();
            }
            throw notAsked();
        }
    }

    /** Has the replica move the view to another primary if it is the primary; returns when it was told. */
    public void handOver() throws IOException {
        try (Connection connection = ask(new ControlMessage.HandOverAsked(), ANSWER)) {
            connection.expectAccepted();
        }
    }

    /** Records in the audit log that an operator puts the interlock aside; returns when the watchdog has noted it. */
    public void override(String reason) throws IOException {
        try (Connection connection = ask(new ControlMessage.Overridden(reason), ANSWER)) {
            connection.expectAccepted();
        }
    }

    /** Stops the replica, its state saved, and the watchdog; returns when the replica is proved dead. */
    public void stop(Duration deadline) throws IOException {
        try (Connection connection = ask(new ControlMessage.StopAsked(), deadline)) {
            connection.expectAccepted();
            if (!(connection.next() instanceof ControlMessage.Stopped)) {
                throw notAsked();
            }
        }
    }

    private Connection ask(ControlMessage request, Duration deadline) throws IOException {
        try (ControlSocket socket = ControlSocket.in(folder)) {
            if (!socket.exists()) {
                throw notRunning();
            }
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            Connection connection = new Connection(channel, deadline);
            try {
                channel.connect(socket.address());
            } catch (IOException e) {
                connection.close();
                throw connectFailed(e);
            }
            connection.send(request);
            return connection;
        }
    }

    private IOException connectFailed(IOException e) {
        String why = String.valueOf(e.getMessage());
        if (!why.contains("Permission")) {
            return notRunning();
        }
        AccessDeniedException denied = new AccessDeniedException(socketName());
        denied.initCause(e);
        return denied;
    }

    private WatchdogUnreachableException notRunning() {
        String message =
                "watchdog " + replica + " is not running (" + socketName() + "); start it with: bft start-replica ";
        return new WatchdogUnreachableException(message + replica, false);
    }

    private String socketName() {
        return folder.resolve(ControlSocket.NAME).toString();
    }

    private static LocalProtocolException notAsked() {
        return new LocalProtocolException("the watchdog answered what was not asked");
    }

    /** One connection with a deadline, at which it is closed under whoever reads from it. */
    private final class Connection implements AutoCloseable {

        private final SocketChannel socket;
        private final LocalChannel channel;
        private final Duration deadline;
        private final AtomicBoolean late = new AtomicBoolean();
        private final CompletableFuture<Void> timer = new CompletableFuture<>();

        Connection(SocketChannel socket, Duration deadline) {
            this.socket = socket;
            this.channel = new LocalChannel(socket, socket);
            this.deadline = deadline;
            timer.orTimeout(deadline.toMillis(), TimeUnit.MILLISECONDS).exceptionally(timeout -> {
                late.set(true);
                close();
                return null;
            });
        }

        void send(ControlMessage request) throws IOException {
            try {
                channel.write(request.encode());
            } catch (IOException e) {
                IOException why = late.get() ? tooLate() : whyHungUp(e);
                close();
                throw why;
            }
        }

        /** Who refuses may hang up before he was told what is asked; his reason is there all the same. */
        private IOException whyHungUp(IOException e) {
            try {
                next();
                return e;
            } catch (WatchdogRefusalException refusal) {
                return refusal;
            } catch (IOException end) {
                return e;
            }
        }

        ControlMessage next() throws IOException {
            try {
                ControlMessage message = ControlMessage.decode(channel.read().orElseThrow(this::ended));
                if (message instanceof ControlMessage.Refused refused) {
                    throw new WatchdogRefusalException(refused.cause(), refused.text());
                }
                return message;
            } catch (AsynchronousCloseException e) {
                throw tooLate();
            }
        }

        void expectAccepted() throws IOException {
            if (!(next() instanceof ControlMessage.Accepted)) {
                throw notAsked();
            }
        }

        private WatchdogUnreachableException ended() {
            String message = "watchdog " + replica + " ended before it answered; see " + folder.resolve("watchdog.log");
            return new WatchdogUnreachableException(message, false);
        }

        private WatchdogUnreachableException tooLate() {
            String message = "watchdog " + replica + " did not answer within " + deadline.toMillis()
                    + " ms; it may still do what it was asked: look with bft status";
            return new WatchdogUnreachableException(message, true);
        }

        @Override
        public void close() {
            timer.complete(null);
            try {
                socket.close();
            } catch (IOException e) {
                // A connection that cannot even be closed is as gone as a closed one.
            }
        }
    }
}
