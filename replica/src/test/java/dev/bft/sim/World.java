package dev.bft.sim;

/** What surrounds a replica or a client in a simulation. */
interface World {
    Plan plan();

    Timeline time();

    Keys keys();

    Checks checks();

    Tally tally();

    Trace trace();

    /** A frame from replica to replica. */
    void send(int from, int to, byte[] frame);

    /** A frame from a replica to whoever is at the other end of the link. */
    void sendToLink(int from, long link, byte[] frame);

    /** A frame from a client, on its connection to the replica. */
    void sendFromClient(int client, int replica, byte[] frame);

    /** A replica is up: clients may connect. */
    void booted(int replica);

    /** A replica's process must end now, and come back later. */
    void died(int replica);

    /** A replica's save is complete, or late. */
    void saved(int replica);

    /** A replica reports evidence of a fault. */
    void alarm(int replica, String text);
}
