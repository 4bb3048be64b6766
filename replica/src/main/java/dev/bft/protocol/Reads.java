package dev.bft.protocol;

import dev.bft.wire.Reply;
import dev.bft.wire.SignedRequest;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Requests that read only (section 3.9): each replica answers them by itself, from what committed there, and 2f+1 equal
 * answers are what a read in the order would have said. Nothing is ordered, remembered or timed for them.
 *
 * <p>Not from a state below one that this replica ever answered a write from (amendment AG1): after a rollback it waits
 * until it has executed as much again.
 */
final class Reads {
    /** The most bytes of reads that wait; whoever asks beyond that has its read ordered when it asks again. */
    private static final int BYTES = 4 << 20;

    private final Node node;
    private final Log log;
    private final Amnesia amnesia;
    private final Execution execution;
    private final ReplyGate gate;
    /** One a session, the newest. */
    private final TreeMap<SessionId, SignedRequest> waiting = new TreeMap<>();

    private long bytes;

    Reads(Node node, Views.Books books, ReplyGate gate) {
        this.node = node;
        this.log = books.log();
        this.amnesia = books.amnesia();
        this.execution = books.execution();
        this.gate = gate;
    }

    /** A read whose MAC is its client's; it waits for the next {@link #advance}. */
    boolean add(SignedRequest request) {
        remove(SessionId.of(request));
        if (waiting.size() >= node.settings.sessions() || bytes + request.frame().length > BYTES) {
            return node.out.drop(Drop.FULL);
        }
        waiting.put(SessionId.of(request), request);
        bytes += request.frame().length;
        return true;
    }

    private void remove(SessionId session) {
        Optional.ofNullable(waiting.remove(session)).ifPresent(r -> bytes -= r.frame().length);
    }

    /** Answers what waits, if the state is one to answer from. */
    void advance(BiConsumer<SignedRequest, Reply> replies) {
        if (waiting.isEmpty()) {
            return;
        }
        if (!mayRead()) {
            node.awaitsCommits = true;
            return;
        }
        waiting.values().forEach(request -> execution.read(request).ifPresent(reply -> replies.accept(request, reply)));
        waiting.clear();
        bytes = 0;
    }

    /** What committed is the state now, on disk, and no less than what was ever answered from here. */
    private boolean mayRead() {
        return node.isActive()
                && !execution.isAhead()
                && !amnesia.isActive()
                && gate.isOpen()
                && log.executed() >= log.readFloor();
    }
}
