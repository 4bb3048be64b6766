package dev.bft.host;

import dev.bft.coprocessor.Coprocessor;
import dev.bft.coprocessor.CoprocessorReply;
import dev.bft.coprocessor.LocalChannel;
import dev.bft.coprocessor.RefusedException;
import dev.bft.protocol.Effect;
import dev.bft.protocol.Event;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** The thread that speaks with the coprocessor, one request at a time. When it is gone, so is this replica. */
final class CoprocessorThread {
    /** Keys that may wait to be opened: strangers can make others send them. */
    private static final int OPENS_MAX = 1024;

    private static final long RETRY_NANOS = 50_000_000L;
    private static final long PROBE_SECONDS = 1;

    private final LinkedBlockingDeque<Effect> queue = new LinkedBlockingDeque<>();
    private final SocketChannel socket;
    private final Coprocessor coprocessor;
    private final Consumer<Event> answers;
    private final Consumer<String> fatal;

    /** A thread that is not started; {@code fatal} is called if the coprocessor is gone. */
    CoprocessorThread(SocketChannel socket, Consumer<Event> answers, Consumer<String> fatal) {
        this.socket = socket;
        this.coprocessor = new Coprocessor(new LocalChannel(socket, socket));
        this.answers = answers;
        this.fatal = fatal;
    }

    void start() {
        Thread thread = new Thread(this::run, "coprocessor");
        thread.setDaemon(true);
        thread.start();
    }

    void sign(Effect.Sign sign) {
        queue.addFirst(sign);
    }

    /** Opens; if too many wait already, the answer is at once that it cannot be opened: who needs it sends it again. */
    void open(Effect.Open open) {
        if (queue.size() >= OPENS_MAX) {
            answers.accept(new Event.Opened(open.token(), Optional.empty()));
        } else {
            queue.addLast(open);
        }
    }

    private void run() {
        try {
            while (true) {
                Effect next = queue.poll(PROBE_SECONDS, TimeUnit.SECONDS);
                if (next == null) {
                    probe();
                } else {
                    ask(next);
                }
            }
        } catch (IOException e) {
            fatal.accept("the coprocessor is gone: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Nothing is asked, so nothing may come but the end. */
    private void probe() throws IOException {
        socket.configureBlocking(false);
        int count = socket.read(ByteBuffer.allocate(1));
        socket.configureBlocking(true);
        if (count != 0) {
            throw new EOFException(count < 0 ? "it closed its channel" : "it answers what nobody asked");
        }
    }

    private void ask(Effect effect) throws IOException {
        try {
            if (effect instanceof Effect.Sign sign) {
                CoprocessorReply.Signed signed = coprocessor.sign(sign.domain(), sign.payload());
                answers.accept(new Event.Signed(sign.token(), signed.counter(), signed.signature()));
            } else if (effect instanceof Effect.Open open) {
                answers.accept(new Event.Opened(open.token(), coprocessor.open(open.context(), open.sealed())));
            }
        } catch (RefusedException e) {
            refused(effect);
        }
    }

    /** A signature is needed sooner or later, and asking too often is the one lawful reason to refuse it. */
    private void refused(Effect effect) {
        if (effect instanceof Effect.Open open) {
            answers.accept(new Event.Opened(open.token(), Optional.empty()));
        } else {
            queue.addLast(effect);
            LockSupport.parkNanos(RETRY_NANOS);
        }
    }
}
