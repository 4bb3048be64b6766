package dev.bft.sim;

import dev.bft.protocol.Rerun;
import dev.bft.wire.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.LongFunction;

/** States after rollbacks: each must be what all that committed makes of an empty one (12.1: 14, 26). */
final class Rollbacks {
    private final TreeMap<Long, List<Undone>> states = new TreeMap<>();

    private record Undone(int replica, long fingerprint) {}

    /** A replica has undone something, and this seqno is the last that committed at it. */
    void add(int replica, long seqno, long fingerprint) {
        states.computeIfAbsent(seqno, n -> new ArrayList<>()).add(new Undone(replica, fingerprint));
    }

    /** Executes everything once more, as far as somebody went back to. */
    void check(Rerun rerun, LongFunction<Batch> history) {
        states.forEach((seqno, all) -> {
            while (rerun.executed() < seqno) {
                rerun.execute(history.apply(rerun.executed() + 1));
            }
            long right = Fingerprint.of(rerun.state());
            for (Undone one : all) {
                Violation.unless(
                        one.fingerprint == right,
                        "rollback-exactness",
                        () -> "replica " + one.replica + " went back to seqno " + seqno + ", and not to its state");
            }
        });
    }
}
