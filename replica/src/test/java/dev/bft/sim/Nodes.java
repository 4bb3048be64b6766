package dev.bft.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The replicas and clients of a run and the connections between them. */
final class Nodes {
    private static final long RECONNECT = 20 * Plan.MILLIS;

    private final Timeline time;
    private final Tally tally;
    private final Rng rng;
    private final Links links;
    private final List<SimReplica> replicas = new ArrayList<>();
    /** Second copies of replicas, with the same keys and coprocessor. */
    private final List<Optional<SimReplica>> twins = new ArrayList<>();

    private final Sides sides;
    private final Wires wires;
    private final List<SimClient> clients = new ArrayList<>();

    Nodes(World world) {
        Plan plan = world.plan();
        Rng seed = new Rng(plan.seed());
        this.time = world.time();
        this.tally = world.tally();
        this.rng = seed.split("nodes", plan.replicas());
        this.links = new Links(plan.load().clients(), plan.replicas());
        this.sides = new Sides(plan, world.time());
        this.wires = new Wires(time, tally, seed.split("wires", plan.replicas()), replicas);
        for (int i = 0; i < plan.replicas(); i++) {
            add(i, world, seed);
        }
        for (int i = 0; i < plan.load().clients(); i++) {
            clients.add(new SimClient(i, world, seed.split("client", i)));
        }
    }

    private void add(int id, World world, Rng seed) {
        SimCoprocessor coprocessor = new SimCoprocessor(world.keys(), id);
        if (world.plan().behaviours(id).contains(Behaviour.TWINS)) {
            World first = new TwinWorld(world, sides, 0);
            World second = new TwinWorld(world, sides, 1);
            replicas.add(new SimReplica(id, first, seed.split("replica", id), coprocessor));
            twins.add(Optional.of(new SimReplica(id, second, seed.split("twin", id), coprocessor)));
            tally.saw(Fault.TWINS);
        } else {
            replicas.add(new SimReplica(id, world, seed.split("replica", id), coprocessor));
            twins.add(Optional.empty());
            if (world.plan().isTraitor(id)) {
                tally.saw(Fault.BYZANTINE);
            }
        }
    }

    SimReplica replica(int id) {
        return replicas.get(id);
    }

    /** A frame of a peer arrives at a replica: at the copy that this peer sees, if there are two. */
    void arrives(int id, Arrival arrival) {
        Optional<SimReplica> twin = twins.get(id).filter(t -> sides.of(arrival.peer()) == 1);
        twin.orElse(replicas.get(id)).arrives(arrival.link(), arrival.frame());
    }

    /**
     * A frame on its way in.
     *
     * @param peer the node it comes from
     * @param link the link it comes on
     * @param frame its bytes
     */
    record Arrival(int peer, long link, byte[] frame) {}

    /** Starts the replica's process, or both. */
    void boot(int id) {
        replicas.get(id).boot();
        twins.get(id).ifPresent(SimReplica::boot);
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
        for (int i = 0; i < replicas.size(); i++) {
            int id = i;
            time.in(rng.between(0, RECONNECT), () -> boot(id));
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

    /** Whether a replica executed a batch, and all before it. */
    boolean hasExecuted(int replica, long seqno) {
        return replicas.get(replica).status().filter(s -> s.executed() >= seqno).isPresent();
    }

    /** Whether a replica has left for a view, or for a later one. */
    boolean hasReached(int replica, long view) {
        return replicas.get(replica).status().filter(s -> s.view() >= view).isPresent();
    }

    /** Whether a replica is active in a view, or in a later one. */
    boolean hasBegun(int replica, long view) {
        return hasReached(replica, view) && isActive(replica);
    }

    void kill(int replica) {
        tally.count(Tally.Count.CRASHES);
        for (int client = 0; client < clients.size(); client++) {
            close(client, replica);
        }
        replicas.get(replica).die();
        twins.get(replica).ifPresent(SimReplica::die);
        wires.died(replica);
    }

    /** What is on its way is lost, and the client knows. */
    private void close(int client, int replica) {
        Connection connection = links.of(client, replica);
        boolean stood = connection.isOpen();
        links.close(connection);
        if (stood) {
            clients.get(client).lost(replica);
        }
    }

    Wires wires() {
        return wires;
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
        wires.booted(replica);
        for (int client = 0; client < clients.size(); client++) {
            reconnect(client, replica);
        }
    }

    /** The pair's connection is over; a new one follows if both are there. */
    void reconnect(int client, int replica) {
        close(client, replica);
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
