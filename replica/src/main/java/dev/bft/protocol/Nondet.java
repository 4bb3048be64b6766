package dev.bft.protocol;

import dev.bft.wire.Batch;
import dev.bft.wire.SignedRequest;
import java.util.List;

/**
 * What a primary chooses for all: the time of a batch, and what the service adds to it (sections 4.2, 4.3, amendment
 * RC7). Others judge it by their own clocks and their own services before they vote for it; from then on it is what the
 * batch says, and execution looks at no clock.
 */
final class Nondet {
    private final Node node;
    private final Execution execution;
    private final long skew;

    Nondet(Node node, Execution execution) {
        this.node = node;
        this.execution = execution;
        this.skew = node.settings.timeSkew() / 1000;
    }

    /** The batch of these requests that this primary proposes now; without any it is null, and has no time. */
    Batch batch(List<SignedRequest> requests) {
        return requests.isEmpty()
                ? Batch.NULL
                : Batch.of(requests, node.wall, execution.upcalls().propose());
    }

    /** Whether a primary may propose this now: its time is near my own, and the service can live with the rest. */
    boolean accepts(Batch batch) {
        return batch.requests().isEmpty()
                || (isUsable(batch)
                        && batch.proposedTime() >= node.wall - skew
                        && execution.upcalls().accepts(batch.proposedValue()));
    }

    /**
     * Whether a batch may stand in a NEW-VIEW, as far as its time goes: it is not ahead of my own. An honest one never
     * is for long, and how old it may be nobody can say.
     */
    boolean isUsable(Batch batch) {
        return batch.requests().isEmpty() || batch.proposedTime() <= node.wall + skew;
    }
}
