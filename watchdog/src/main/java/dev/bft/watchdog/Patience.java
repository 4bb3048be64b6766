package dev.bft.watchdog;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** An end to waiting at a channel whose other side may never answer: the channel is closed under whoever waits. */
final class Patience {

    private Patience() {}

    /** Waits at a channel. */
    interface Wait<T> {
        T get() throws IOException;
    }

    /** Returns what is waited for, or throws what the wait throws when {@code close} ends it after this time. */
    static <T> T within(Duration time, Runnable close, Wait<T> wait) throws IOException {
        CompletableFuture<Boolean> over = new CompletableFuture<>();
        CompletableFuture<Void> closed = over.completeOnTimeout(false, time.toMillis(), TimeUnit.MILLISECONDS)
                .thenAccept(inTime -> {
                    if (!inTime) {
                        close.run();
                    }
                });
        try {
            return wait.get();
        } finally {
            if (!over.complete(true)) {
                // The close is under way; whatever comes next must not overtake it.
                closed.join();
            }
        }
    }
}
