package dev.bft.protocol;

import dev.bft.wire.Reply;
import java.util.Optional;

/** One of a client's sessions: one operation at a time (sections 3.1, 3.3, amendment AG8). */
final class ClientSession {
    private enum Phase {
        /** Not known to the replicas, or no longer. */
        CLOSED,
        /** An OPEN is under way. */
        OPENING,
        /** The replicas assigned its base. */
        OPEN
    }

    private Phase phase = Phase.CLOSED;
    private int id;
    private long base;
    private long number;
    private Optional<ClientEvent.Invoke> invocation = Optional.empty();
    private Optional<Outstanding> outstanding = Optional.empty();

    boolean isOpen() {
        return phase == Phase.OPEN;
    }

    boolean isOpening() {
        return phase == Phase.OPENING;
    }

    /** Whether it can take an invocation. */
    boolean isFree() {
        return invocation.isEmpty();
    }

    int id() {
        return id;
    }

    /** The base assigned by the replicas. */
    long base() {
        return base;
    }

    /** The number of the next operation. */
    long nextNumber() {
        return ++number;
    }

    Optional<Outstanding> outstanding() {
        return outstanding;
    }

    /** Whether the reply is about something in this session that has ended. */
    boolean isPast(Reply reply) {
        if (phase != Phase.OPEN || reply.session() != id) {
            return false;
        }
        boolean toOpen = reply.base() == 0;
        boolean toEarlier = reply.number() < number || (outstanding.isEmpty() && reply.number() == number);
        return toOpen || (reply.base() == base && toEarlier);
    }

    /** Takes an invocation, to be sent once the session is open. */
    void take(ClientEvent.Invoke taken) {
        invocation = Optional.of(taken);
    }

    /** The invocation it works for. */
    Optional<ClientEvent.Invoke> invocation() {
        return invocation;
    }

    /** A request is under way. */
    void sent(Outstanding request) {
        outstanding = Optional.of(request);
    }

    /** It is being opened under a name. */
    void opening(int name) {
        id = name;
        phase = Phase.OPENING;
    }

    /** The replicas opened it. */
    void opened(long assigned) {
        phase = Phase.OPEN;
        base = assigned;
        number = 0;
    }

    /** Its invocation ended. */
    void done() {
        invocation = Optional.empty();
        outstanding = Optional.empty();
    }

    /** The replicas do not know it: the next invocation opens it anew. */
    void close() {
        phase = Phase.CLOSED;
    }
}
