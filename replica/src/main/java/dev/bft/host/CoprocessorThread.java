package dev.bft.host;

import dev.bft.coprocessor.Coprocessor;
import dev.bft.coprocessor.CoprocessorReply;
import dev.bft.coprocessor.RefusedException;
import dev.bft.protocol.Effect;
import dev.bft.protocol.Event;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** The thread that speaks with the coprocessor, one request at a time. When it is gone, so is this replica. */
final class CoprocessorThread implements Runnable {
    private static final int WAITING = 4096;
    private static final long RETRY = 50_000_000L;

    private final ArrayBlockingQueue<Effect> queue = new ArrayBlockingQueue<>(WAITING);
    private final Coprocessor coprocessor;
    private final Consumer<Event> answers;

    CoprocessorThread(Coprocessor coprocessor, Consumer<Event> answers) {
        this.coprocessor = coprocessor;
        this.answers = answers;
    }

    /** Asks; false if too much is waiting already: who asked for a key asks again. */
    boolean add(Effect effect) {
        return queue.offer(effect);
    }

    @Override
    public void run() {
        try {
            while (true) {
                ask(queue.take());
            }
        } catch (IOException e) {
            Stop.now(Stop.INTERNAL, "the coprocessor is gone: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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
            System.err.println("bft-replica: the coprocessor refused: " + e.getMessage());
            if (effect instanceof Effect.Open open) {
                answers.accept(new Event.Opened(open.token(), Optional.empty()));
            } else if (add(effect)) {
                // A signature is needed sooner or later: asked for too often is the only lawful refusal.
                LockSupport.parkNanos(RETRY);
            }
        }
    }
}
