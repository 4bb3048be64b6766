package dev.bft.protocol;

/** All that a client asks of the world: the only way out. */
public sealed interface ClientEffect {
    /** To this replica on the connection now open; may be lost. */
    record SendToReplica(int replica, byte[] frame) implements ClientEffect {}

    /** The invocation with this token ended. */
    record Complete(long token, Outcome outcome) implements ClientEffect {}
}
