package dev.bft.net;

/** What a transport tells its owner, on the owner's thread, inside {@link Transport#poll}. It may call the transport. */
public interface Receiver {
    /** A whole frame came in: hostile bytes. The link is the id of a dialled peer or the number of an incoming link. */
    void received(long link, byte[] frame);

    /** A connection to a dialled peer stands, for the first time or again; what was sent before may be lost. */
    default void connected(int peer) {}
}
