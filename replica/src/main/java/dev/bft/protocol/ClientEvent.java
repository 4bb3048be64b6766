package dev.bft.protocol;

import dev.bft.wire.Request;

/** All that can happen to a client: the only way in. */
public sealed interface ClientEvent {
    /** The process started: 32 random bytes and the wall clock, which only keeps ids apart. Always the first event. */
    record Started(byte[] seed, long wallMicros) implements ClientEvent {}

    /** A connection to this replica was made; what was agreed on the one before is over. */
    record Connected(int replica) implements ClientEvent {}

    /** The connection to this replica broke; nothing sent on it is known to have arrived. */
    record Lost(int replica) implements ClientEvent {}

    /** A frame came in on the connection to this replica. Hostile bytes. */
    record Received(int replica, byte[] frame) implements ClientEvent {}

    /** Time passed: monotonic nanoseconds. At least every 10 ms while anything is under way. */
    record Tick(long nanos) implements ClientEvent {}

    /**
     * The application invokes an operation; the bytes may not change afterwards. Answered once by Complete.
     *
     * @param kind an operation; one that only reads, which is tried out of order first (section 3.9); or the revocation of a
     *     client
     */
    record Invoke(long token, byte[] operation, Request.Kind kind) implements ClientEvent {
        /** An operation to be ordered. */
        public Invoke(long token, byte[] operation) {
            this(token, operation, Request.Kind.OPERATION);
        }
    }

    /** The client ends: everything is forgotten, nothing under way is completed. */
    record Close() implements ClientEvent {}
}
