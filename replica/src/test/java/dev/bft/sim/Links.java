package dev.bft.sim;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The connections between clients and replicas; each pair has at most one at a time. */
final class Links {
    private static final long FIRST = 100;

    private final Map<Long, Connection> byLink = new HashMap<>();
    private final Connection[][] byPair;
    private long next = FIRST;

    Links(int clients, int replicas) {
        byPair = new Connection[clients][replicas];
        for (int client = 0; client < clients; client++) {
            for (int replica = 0; replica < replicas; replica++) {
                byPair[client][replica] = new Connection(0, client, replica);
                byPair[client][replica].close();
            }
        }
    }

    /** A new connection; the old one of the pair is over. */
    Connection open(int client, int replica) {
        close(byPair[client][replica]);
        Connection fresh = new Connection(next++, client, replica);
        byPair[client][replica] = fresh;
        byLink.put(fresh.link(), fresh);
        return fresh;
    }

    void close(Connection connection) {
        connection.close();
        byLink.remove(connection.link());
    }

    void closeAllOfClient(int client) {
        for (Connection connection : byPair[client]) {
            close(connection);
        }
    }

    /** The pair's connection, open or closed. */
    Connection of(int client, int replica) {
        return byPair[client][replica];
    }

    Optional<Connection> byLink(long link) {
        return Optional.ofNullable(byLink.get(link));
    }
}
