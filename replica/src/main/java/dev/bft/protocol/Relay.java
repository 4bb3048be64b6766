package dev.bft.protocol;

import dev.bft.wire.SignedRequest;

/** A backup passes clients' requests on to the primary, as the clients made them; the same one not often (3.2-3). */
final class Relay {
    /** Passed on to a new primary when its view begins, bytes of requests. */
    private static final int WAITING = 1 << 20;

    private final Node node;
    private final RequestQueue queue;

    Relay(Node node, RequestQueue queue) {
        this.node = node;
        this.queue = queue;
    }

    void pass(SignedRequest request) {
        pass(request, node.settings.viewTimeout() / 2);
    }

    /** All that waits: the primary is new. */
    void passWaiting() {
        queue.waiting(WAITING).forEach(request -> pass(request, 0));
    }

    private void pass(SignedRequest request, long gap) {
        if (queue.takeRelay(request, node.now, gap)) {
            node.out.add(new Effect.SendToReplica(node.primary(), request.frame()));
        }
    }
}
