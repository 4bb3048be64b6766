package dev.bft.cli;

import java.io.IOException;
import java.time.Duration;

/** Moves the view from its primary to the next, and waits until f+1 replicas are there. */
final class HandOver {

    private static final long POLL_MILLIS = 100;

    private final Watchdogs watchdogs;

    HandOver(Watchdogs watchdogs) {
        this.watchdogs = watchdogs;
    }

    /** Does it once; returns what the watchdogs say then. */
    ClusterView now(Duration timeout) throws CommandException, IOException, InterruptedException {
        ClusterView before = watchdogs.view();
        start(before);
        return await(before.view().orElseThrow(), timeout);
    }

    /** Tells the primary of this view to hand over, and waits for nothing. */
    void start(ClusterView before) throws CommandException, IOException {
        if (before.view().isEmpty()) {
            throw new CommandException(
                    before.anyAnswers() ? ExitCode.NO_QUORUM : ExitCode.UNREACHABLE,
                    "too few watchdogs of this host say which view it is; see: bft status");
        }
        int primary = (int) before.primary().orElseThrow();
        if (!before.members().get(primary).here()) {
            throw new CommandException(
                    ExitCode.UNREACHABLE, "replica " + primary + " is the primary; type this on its host");
        }
        watchdogs.client(primary).handOver();
    }

    private ClusterView await(long old, Duration timeout) throws CommandException, IOException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (System.nanoTime() - deadline < 0) {
            // Asking takes the replicas' processors; they are left alone while they move.
            Thread.sleep(POLL_MILLIS);
            ClusterView after = watchdogs.view();
            if (after.view().orElse(old) > old) {
                return after;
            }
        }
        throw new CommandException(
                ExitCode.TIMEOUT,
                "the view is still " + old + " after " + timeout.toMillis()
                        + " ms; look with bft status, then try again");
    }
}
