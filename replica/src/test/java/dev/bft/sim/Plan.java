package dev.bft.sim;

import dev.bft.protocol.Settings;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that a seed decides before the run begins: the tunables of the cluster, which kinds of fault are on and how
 * strong, and the load ("swarm": no two seeds are the same kind of bad day).
 *
 * @param seed the seed
 * @param replicas n
 * @param tunables the settings of the protocol
 * @param faults the kinds of fault that are on
 * @param weather the network
 * @param disks the disks
 * @param load the clients
 * @param realKeys whether signatures are real ones
 * @param traitors the replicas that are faulty all the time, and how they behave
 */
record Plan(
        long seed,
        int replicas,
        Tunables tunables,
        Set<Fault> faults,
        Weather weather,
        Disks disks,
        Load load,
        boolean realKeys,
        SortedMap<Integer, Set<Behaviour>> traitors) {
    static final long MICROS = 1_000L;
    static final long MILLIS = 1_000_000L;
    static final long SECONDS = 1_000_000_000L;

    /** 16 bytes that name the cluster of every run. */
    private static final byte[] CLUSTER = "bft-simulation-1".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    /** Keys of clients that a replica holds. */
    private static final int CLIENT_KEYS = 16 * 1024;

    /** One seed in so many uses real signatures. */
    private static final int REAL_KEYS = 50;

    /** How far a proposed time may be from a replica's own clock. */
    static final long TIME_SKEW = 2 * SECONDS;

    /** What a greedy client has under way. */
    private static final int GREED = 24;

    /** The time of a credential that does not expire. */
    static final long NEVER = Long.MAX_VALUE;

    /** Seconds after which a credential expires. */
    private static final int LIFETIMES = 4;

    private static final double HALF = 0.5;
    private static final double OFTEN = 0.8;

    /** How often a faulty replica has one of those behaviours more that cost others much of their time. */
    private static final double SELDOM = 0.25;

    /** How often one begins its views in two ways beside: by chance alone a few hundred days may pass without that. */
    private static final double BEGINNINGS = 0.15;

    /** The most behaviours a faulty replica has. */
    private static final long BEHAVIOURS = 8;

    /** What {@link Settings} says the same to every replica. */
    record Tunables(
            long checkpointPeriod,
            long logSize,
            int window,
            int batchBytes,
            int batchRequests,
            long statusPeriod,
            long keyRefresh,
            boolean durable,
            int sessions,
            long viewTimeout) {
        Tunables withBatchRequests(int other) {
            return new Tunables(
                    checkpointPeriod,
                    logSize,
                    window,
                    batchBytes,
                    other,
                    statusPeriod,
                    keyRefresh,
                    durable,
                    sessions,
                    viewTimeout);
        }

        Tunables withLogSize(long other) {
            return with(other, window, durable, sessions);
        }

        Tunables withWindow(int other) {
            return with(logSize, other, durable, sessions);
        }

        Tunables withDurable(boolean other) {
            return with(logSize, window, other, sessions);
        }

        Tunables withSessions(int other) {
            return with(logSize, window, durable, other);
        }

        Tunables withViewTimeout(long other) {
            return new Tunables(
                    checkpointPeriod,
                    logSize,
                    window,
                    batchBytes,
                    batchRequests,
                    statusPeriod,
                    keyRefresh,
                    durable,
                    sessions,
                    other);
        }

        private Tunables with(long log, int batches, boolean onDisk, int table) {
            return new Tunables(
                    checkpointPeriod,
                    log,
                    batches,
                    batchBytes,
                    batchRequests,
                    statusPeriod,
                    keyRefresh,
                    onDisk,
                    table,
                    viewTimeout);
        }
    }

    /**
     * The network in a storm; in between it only delays.
     *
     * @param delayMin the least delay of the fastest link
     * @param delayMax the most delay of the slowest link in good weather
     */
    record Weather(double loss, double duplication, double corruption, double replay, long delayMin, long delayMax) {}

    /** How long a disk takes for a group of writes and its sync. */
    record Disks(long min, long max) {}

    /**
     * The clients.
     *
     * @param clients processes
     * @param sessions operations each keeps under way
     * @param think the most time between an answer and the next operation
     * @param batches how many batches the run executes before everything heals
     * @param crook how the last of them is crooked, if it is
     */
    record Load(int clients, int sessions, long think, int batches, Crook.Way crook) {
        Load withCrook(Crook.Way other) {
            int needed = other == Crook.Way.SCATTERED ? Math.max(Crook.PARTS, sessions) : sessions;
            return new Load(clients, needed, think, batches, other);
        }
    }

    /** The plan of a seed. */
    static Plan draw(long seed, int replicas, int batches) {
        Rng rng = new Rng(seed).split("plan", replicas);
        Tunables tunables = tunables(rng);
        Set<Fault> faults = EnumSet.noneOf(Fault.class);
        for (Fault fault : Fault.values()) {
            if (!isOfCredentials(fault) && rng.chance(isForgetting(fault) ? OFTEN : HALF)) {
                faults.add(fault);
            }
        }
        Rng credentials = new Rng(seed).split("credentials", replicas);
        for (Fault fault : List.of(Fault.EXPIRED_CLIENT, Fault.REVOKED_CLIENT)) {
            if (credentials.chance(HALF)) {
                faults.add(fault);
            }
        }
        if (!tunables.durable) {
            faults.remove(Fault.POWER_CUT);
        }
        return new Plan(
                seed,
                replicas,
                tunables,
                faults,
                weather(rng, faults),
                new Disks(rng.skewed(20 * MICROS, MILLIS), rng.skewed(MILLIS, 8 * MILLIS)),
                load(rng, batches),
                rng.below(REAL_KEYS) == 0,
                traitors(new Rng(seed).split("traitors", replicas), replicas, faults));
    }

    /** What strikes only when fewer than f are faulty already is on more often. */
    private static boolean isForgetting(Fault fault) {
        return fault == Fault.AMNESIA || fault == Fault.DISK_LOSS || fault == Fault.STATE_DAMAGE;
    }

    private static boolean isOfCredentials(Fault fault) {
        return fault == Fault.EXPIRED_CLIENT || fault == Fault.REVOKED_CLIENT;
    }

    /** The last second in which the credential of a client, by its id, is good. The second client's may expire. */
    long notAfter(int client) {
        long begin = WallClock.EPOCH * MICROS / SECONDS;
        return has(Fault.EXPIRED_CLIENT) && client == SimClient.FIRST_ID + 1
                ? begin + new Rng(seed).split("expiry", replicas).below(LIFETIMES)
                : NEVER;
    }

    private static SortedMap<Integer, Set<Behaviour>> traitors(Rng rng, int replicas, Set<Fault> faults) {
        SortedMap<Integer, Set<Behaviour>> traitors = new TreeMap<>();
        boolean byzantine = faults.contains(Fault.BYZANTINE);
        boolean twins = faults.contains(Fault.TWINS) && (!byzantine || rng.chance(0.4));
        int most = byzantine || twins ? (replicas - 1) / 3 : 0;
        int count = most == 0 ? 0 : (int) rng.between(1, most);
        while (traitors.size() < count) {
            Set<Behaviour> behaviours = EnumSet.noneOf(Behaviour.class);
            if (twins) {
                behaviours.add(Behaviour.TWINS);
                twins = false;
            } else {
                behaviours(rng, behaviours);
            }
            traitors.putIfAbsent(rng.below(replicas), behaviours);
        }
        return traitors;
    }

    private static void behaviours(Rng rng, Set<Behaviour> behaviours) {
        long count = rng.skewed(1, BEHAVIOURS);
        List<Behaviour> all = List.of(Behaviour.values());
        List<Behaviour> drawn = all.subList(0, all.indexOf(Behaviour.TWINS));
        while (behaviours.size() < count) {
            behaviours.add(drawn.get(rng.below(drawn.size())));
        }
        Rng seldom = rng.split("seldom", count);
        if (seldom.chance(SELDOM)) {
            behaviours.add(seldom.pick(Behaviour.SELDOM));
        }
        if (rng.split("beginnings", count).chance(BEGINNINGS)) {
            behaviours.add(Behaviour.TWO_NEW_VIEWS);
        }
    }

    private static Tunables tunables(Rng rng) {
        long period = rng.skewed(4, 128);
        long log = period * rng.between(2, 4);
        return new Tunables(
                period,
                log,
                (int) rng.skewed(1, Math.min(64, log)),
                (int) rng.skewed(256, 64 << 10),
                (int) rng.skewed(1, 32),
                rng.between(30, 300) * MILLIS,
                rng.chance(0.3) ? rng.between(1, 4) * SECONDS : rng.between(10, 60) * SECONDS,
                !rng.chance(0.15),
                (int) rng.skewed(4, 64),
                rng.skewed(20, 500) * MILLIS);
    }

    private static Weather weather(Rng rng, Set<Fault> faults) {
        double loss = rng.chance(0.5) ? rng.fraction() / 20 : rng.fraction() / 2;
        return new Weather(
                faults.contains(Fault.LOSS) ? loss : 0,
                faults.contains(Fault.DUPLICATION) ? rng.fraction() / 4 : 0,
                faults.contains(Fault.CORRUPTION) ? rng.fraction() / 10 : 0,
                faults.contains(Fault.REPLAY) ? rng.fraction() / 10 : 0,
                rng.skewed(20 * MICROS, MILLIS),
                rng.skewed(MILLIS, 5 * MILLIS));
    }

    private static Load load(Rng rng, int batches) {
        int clients = (int) rng.between(2, 5);
        return new Load(
                clients,
                (int) rng.between(1, 4),
                rng.chance(0.5) ? 0 : rng.skewed(100 * MICROS, 5 * MILLIS),
                batches + rng.below(1 + batches / 10),
                rng.split("crook", 0).pick(List.of(Crook.Way.values())));
    }

    /** Whether this kind of fault is on. */
    boolean has(Fault fault) {
        return faults.contains(fault);
    }

    /** How a replica behaves beside what its core says: not at all if it is correct. */
    Set<Behaviour> behaviours(int replica) {
        return traitors.getOrDefault(replica, Set.of());
    }

    boolean isTraitor(int replica) {
        return traitors.containsKey(replica);
    }

    /** How a client is crooked, if it is: the last one may. */
    Optional<Crook.Way> crook(int client) {
        return has(Fault.CROOKED_CLIENT) && client == load.clients() - 1 ? Optional.of(load.crook()) : Optional.empty();
    }

    /** The operations that a client has under way at a time. */
    int sessions(int client) {
        return crook(client).filter(Crook.Way.GREEDY::equals).isPresent() ? GREED : load.sessions();
    }

    /** The same plan with a crook of this kind, if there is one. */
    Plan with(Crook.Way way) {
        return new Plan(seed, replicas, tunables, faults, weather, disks, load.withCrook(way), realKeys, traitors);
    }

    /** The same plan with clients that wait so long between an answer and the next request; nanoseconds. */
    Plan withThink(long think) {
        Load slower = new Load(load.clients, load.sessions, think, load.batches, load.crook);
        return new Plan(seed, replicas, tunables, faults, weather, disks, slower, realKeys, traitors);
    }

    /** The same plan with other replicas faulty. */
    Plan with(SortedMap<Integer, Set<Behaviour>> others) {
        return new Plan(seed, replicas, tunables, faults, weather, disks, load, realKeys, others);
    }

    /** The same plan with other settings. */
    Plan with(Tunables others) {
        return new Plan(seed, replicas, others, faults, weather, disks, load, realKeys, traitors);
    }

    /** f. */
    int faulty() {
        return (replicas - 1) / 3;
    }

    /** 2f+1. */
    int quorum() {
        return 2 * faulty() + 1;
    }

    /** The name of the cluster. */
    byte[] cluster() {
        return CLUSTER.clone();
    }

    /** What one replica is told. */
    Settings settings(int replica) {
        return new Settings(
                replica,
                replicas,
                cluster(),
                0,
                tunables.checkpointPeriod,
                tunables.logSize,
                tunables.window,
                tunables.batchBytes,
                tunables.batchRequests,
                tunables.statusPeriod,
                tunables.keyRefresh,
                tunables.durable,
                tunables.sessions,
                CLIENT_KEYS,
                tunables.viewTimeout,
                TIME_SKEW,
                Settings.HALT_NOWHERE);
    }

    /** The plan in a few lines for people. */
    String describe() {
        return String.join(
                System.lineSeparator(),
                "seed " + seed + ", " + replicas + " replicas" + (realKeys ? ", real keys" : ""),
                String.valueOf(tunables),
                String.valueOf(weather),
                disks + ", " + load,
                "Faults" + faults,
                "Traitors" + traitors);
    }
}
