package dev.bft.watchdog.key;

import dev.bft.coprocessor.CoprocessorReply;
import dev.bft.coprocessor.CoprocessorReply.Refused;
import dev.bft.coprocessor.CoprocessorRequest;
import dev.bft.coprocessor.Frame;
import dev.bft.coprocessor.LocalChannel;
import dev.bft.keystore.Statement;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Serves one boot of the replica: new keys are signed and session keys opened, at a bounded rate, and nothing else. */
final class ReplicaSession {

    private static final int REQUESTS_PER_SECOND = 200;
    private static final int REQUESTS_BURST = 400;

    private final Vault vault;
    private final FdSocket socket;
    private final Consumer<String> log;
    private final TokenBucket bucket = new TokenBucket(REQUESTS_PER_SECOND, REQUESTS_BURST, System.nanoTime());
    private final CountDownLatch ending = new CountDownLatch(1);
    private final Thread thread;

    private ReplicaSession(Vault vault, FdSocket socket, long bootSeq, Consumer<String> log) {
        this.vault = vault;
        this.socket = socket;
        this.log = log;
        this.thread = new Thread(this::serve, "replica channel of boot " + bootSeq);
    }

    static ReplicaSession start(Vault vault, FdSocket socket, long bootSeq, Consumer<String> log) {
        ReplicaSession session = new ReplicaSession(vault, socket, bootSeq, log);
        session.thread.setDaemon(true);
        session.thread.start();
        return session;
    }

    /** Ends the channel; returns when its last request is done with. */
    void end() throws InterruptedException {
        ending.countDown();
        socket.shutdown();
        thread.join();
    }

    private void serve() {
        try (socket) {
            LocalChannel channel = new LocalChannel(socket, socket);
            Optional<Frame> frame = channel.read();
            while (frame.isPresent() && awaitTurn()) {
                CoprocessorRequest request = CoprocessorRequest.decode(frame.get());
                channel.write(answer(request).encode());
                frame = channel.read();
            }
        } catch (IOException e) {
            log.accept(thread.getName() + " ended: " + e.getMessage());
        } catch (InterruptedException e) {
            log.accept(thread.getName() + " ended: it was interrupted");
        } catch (CounterLostException e) {
            CoprocessorMain.die(e);
        }
    }

    /** Whether the session goes on, once the limit allows another request. */
    private boolean awaitTurn() throws InterruptedException {
        long wait = bucket.take(System.nanoTime());
        return !ending.await(wait, TimeUnit.NANOSECONDS);
    }

    private CoprocessorReply answer(CoprocessorRequest request) throws CounterLostException {
        if (request instanceof CoprocessorRequest.Open open) {
            return vault.open(open);
        }
        CoprocessorRequest.Sign sign = (CoprocessorRequest.Sign) request;
        return sign.domain() == Statement.NEW_KEY
                ? vault.sign(sign)
                : new Refused("statements of domain " + sign.domain() + " are not signed for a replica");
    }
}
