package dev.bft.sim;

/** A connection between one life of a client and one life of a replica. */
final class Connection {
    private final long link;
    private final int client;
    private final int replica;
    private boolean open = true;

    Connection(long link, int client, int replica) {
        this.link = link;
        this.client = client;
        this.replica = replica;
    }

    /** What the replica calls it. */
    long link() {
        return link;
    }

    /** The client, counted from 0. */
    int client() {
        return client;
    }

    int replica() {
        return replica;
    }

    boolean isOpen() {
        return open;
    }

    /** What is on its way is lost. */
    void close() {
        open = false;
    }
}
