package dev.bft.sim;

import java.util.ArrayList;
import java.util.List;

/** The replicas and clients of a run and the connections between them. */
final class Nodes {
    private static final long RECONNECT = 20 * Plan.MILLIS;

    private final Timeline time;
    private final Tally tally;
    private final Rng rng;
    private final Links links;
    private final List<SimReplica> replicas = new ArrayList<>();
    private final List<SimClient> clients = new ArrayList<>();

    Nodes(World world) {
        Plan plan = world.plan();
        Rng seed = new Rng(plan.seed());
        this.time = world.time();
        this.tally = world.tally();
        this.rng = seed.split("nodes", plan.replicas());
        this.links = new Links(plan.load().clients(), plan.replicas());
        for (int i = 0; i < plan.replicas(); i++) {
            replicas.add(new SimReplica(i, world, seed.split("replica", i)));
        }
        for (int i = 0; i < plan.load().clients(); i++) {
            clients.add(new SimClient(i, world, seed.split("client", i)));
        }
    }

    SimReplica replica(int id) {
        return replicas.get(id);
    }

    SimClient client(int index) {
        return clients.get(index);
    }

    List<SimReplica> replicas() {
        return replicas;
    }

    List<SimClient> clients() {
        return clients;
    }

    Links links() {
        return links;
    }

    /** Everybody starts for the first time. */
    void start() {
        for (SimReplica replica : replicas) {
            time.in(rng.between(0, RECONNECT), replica::boot);
        }
        for (int i = 0; i < clients.size(); i++) {
            int index = i;
            time.in(rng.between(0, RECONNECT), () -> startClient(index));
        }
    }

    /** Whether a replica takes part and has made up for all it lost. */
    boolean isActive(int replica) {
        return replicas.get(replica)
                .status()
                .filter(s -> s.ready() && s.phase().equals("active"))
                .isPresent();
    }

    /** Whether a replica has made up for all it lost, but waits for a view that the others do not go to. */
    boolean isAlone(int replica) {
        return replicas.get(replica)
                .status()
                .filter(s -> s.ready() && s.phase().equals("view-change"))
                .isPresent();
    }

    void kill(int replica) {
        tally.count(Tally.Count.CRASHES);
        links.closeAllOf(replica);
        replicas.get(replica).die();
    }

    void killClient(int client) {
        links.closeAllOfClient(client);
        clients.get(client).die();
    }

    void startClient(int client) {
        if (!clients.get(client).isUp()) {
            clients.get(client).start();
            for (int replica = 0; replica < replicas.size(); replica++) {
                reconnect(client, replica);
            }
        }
    }

    /** A replica is up: all clients find it. */
    void booted(int replica) {
        for (int client = 0; client < clients.size(); client++) {
            reconnect(client, replica);
        }
    }

    /** The pair's connection is over; a new one follows if both are there. */
    void reconnect(int client, int replica) {
        links.close(links.of(client, replica));
        time.in(rng.between(1, RECONNECT), () -> {
            boolean possible =
                    clients.get(client).isUp() && replicas.get(replica).isUp();
            if (possible && !links.of(client, replica).isOpen()) {
                links.open(client, replica);
                clients.get(client).connected(replica);
            }
        });
    }
}
