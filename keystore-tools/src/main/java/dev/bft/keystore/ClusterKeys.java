package dev.bft.keystore;

import dev.bft.keystore.ClusterConfig.Cluster;
import dev.bft.keystore.ClusterConfig.Replica;
import dev.bft.keystore.ClusterConfig.ServiceKind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Makes the keys of a new cluster and lays its folder out: all of it or nothing.
 *
 * <p>Everything is made in a folder beside its final place and moved there at the end, the cluster file last, so a
 * keygen that dies leaves no half of a cluster that looks like one.
 */
public final class ClusterKeys {

    private static final int CLUSTER_ID_BYTES = 16;
    private static final int DEFAULT_BASE_PORT = 7470;
    private static final int PORT_MAX = 65535;
    /** How long a credential can be valid, and is unless somebody says less. */
    public static final Duration VALIDITY_MAX = Duration.ofDays(3650);

    private static final String PUBLIC = "rwxr-xr-x";
    private static final String PRIVATE = "rwx------";

    private final SecureRandom random = new SecureRandom();
    private final Plan plan;
    private final ClusterFolder building;

    private ClusterKeys(Plan plan, ClusterFolder building) {
        this.plan = plan;
        this.building = building;
    }

    /**
     * What to make.
     *
     * @param n how many replicas, 3f+1
     * @param hosts one for all replicas, or one for each
     * @param basePort replica i listens on basePort + i; empty: free ports of this host
     * @param service what the cluster runs
     * @param clients the names of the first clients
     * @param validity how long their credentials are valid
     * @param rootOut where the root's private key goes, if not into the cluster folder
     * @param force whether a cluster that is there already is replaced
     */
    public record Plan(
            int n,
            List<String> hosts,
            OptionalInt basePort,
            ServiceKind service,
            List<String> clients,
            Duration validity,
            Optional<Path> rootOut,
            boolean force) {

        /** Copies the lists. */
        public Plan {
            hosts = List.copyOf(hosts);
            clients = List.copyOf(clients);
        }

        /** n replicas of the key-value service on free loopback ports, with the client "admin". */
        public static Plan local(int n) {
            return new Plan(
                    n,
                    List.of("127.0.0.1"),
                    OptionalInt.empty(),
                    ServiceKind.KV,
                    List.of("admin"),
                    VALIDITY_MAX,
                    Optional.empty(),
                    false);
        }
    }

    /** Adds to a new cluster folder what this package does not make: the clean image. */
    public interface Addition {
        /** Adds it; the folder moves to its final place afterwards. */
        void addTo(ClusterFolder folder, SigningKey release) throws IOException, ConfigException;
    }

    /** Makes a cluster folder and returns what its bft.toml says. */
    public static ClusterConfig create(Path folder, Plan plan, Addition addition) throws ConfigException {
        Optional<String> wrong = problem(folder, plan);
        if (wrong.isPresent()) {
            throw new ConfigException(wrong.get());
        }
        try (NewFolder place = NewFolder.prepare(folder, plan.force());
                RootKeyPlace root = RootKeyPlace.choose(plan.rootOut(), new ClusterFolder(place.building()))) {
            ClusterConfig config = new ClusterKeys(plan, new ClusterFolder(place.building())).make(root, addition);
            place.finish();
            root.keep();
            return config;
        } catch (FileAlreadyExistsException e) {
            throw new ConfigException(e.getFile() + ": it is there already and is not overwritten; move it away", e);
        } catch (AccessDeniedException e) {
            throw new ConfigException(
                    folder + ": you may not write " + e.getFile() + "; choose another folder with -c", e);
        } catch (IOException e) {
            throw new ConfigException(folder + ": the cluster cannot be written there: " + e, e);
        }
    }

    /**
     * A client to make.
     *
     * @param name its name, never had by another
     * @param validity how long its credential is valid
     */
    public record NewClient(String name, Duration validity) {}

    /** Makes one more client of a cluster and returns its file; no replica needs to know. */
    public static Path addClient(ClusterFolder folder, NewClient client, Path rootKeyFile) throws ConfigException {
        String name = client.name;
        Optional<String> wrong = clientProblem(name).or(() -> validityProblem(client.validity));
        if (wrong.isPresent()) {
            throw new ConfigException(wrong.get());
        }
        SigningKey root = rootKey(folder, rootKeyFile);
        try {
            return addClient(folder, client, root, new SecureRandom());
        } catch (IOException e) {
            throw new ConfigException(folder.client(name) + ": the client cannot be written: " + e, e);
        }
    }

    /**
     * Revokes a client: the statement that a cluster's replicas execute. No file is changed.
     *
     * <p>Of a client whose time is not written down it is said that it ends when any credential ends that was made so far.
     */
    public static Revocation revoke(ClusterFolder folder, ClientRegister.Issued client, Path rootKeyFile)
            throws ConfigException {
        SigningKey root = rootKey(folder, rootKeyFile);
        long last = Instant.now().plus(VALIDITY_MAX).getEpochSecond();
        String clusterId = Rom.load(folder.rom(0)).clusterId();
        return Revocation.issue(
                clusterId, client.id(), client.notAfterEpochSeconds().orElse(last), root);
    }

    private static SigningKey rootKey(ClusterFolder folder, Path file) throws ConfigException {
        SigningKey root = SigningKeyFile.load(file, SigningKeyFile.Role.ROOT);
        if (!Rom.load(folder.rom(0)).root().equals(root.verifyKey())) {
            throw new ConfigException(file + ": it is the root key of another cluster; give this cluster's");
        }
        return root;
    }

    private static Path addClient(ClusterFolder folder, NewClient client, SigningKey root, SecureRandom random)
            throws ConfigException, IOException {
        SigningKey key = SigningKey.generate(random);
        String name = client.name;
        long notAfter = Instant.now().plus(client.validity).getEpochSecond();
        int id = ClientRegister.add(folder.clients(), name, notAfter);
        Credential credential =
                Credential.unsigned(id, name, key.verifyKey(), notAfter).issue(root);
        new ClientIdentity(credential, key).save(folder.client(name));
        return folder.client(name);
    }

    /** What is wrong with a plan for a cluster in this folder, if anything. */
    public static Optional<String> problem(Path folder, Plan plan) {
        Optional<String> count = ReplicaCount.problem(plan.n());
        if (count.isPresent()) {
            return count;
        }
        if (plan.hosts().size() != 1 && plan.hosts().size() != plan.n()) {
            return Optional.of(
                    plan.hosts().size() + " hosts for " + plan.n() + " replicas; give one for all, or one for each");
        }
        int basePort = plan.basePort().orElse(DEFAULT_BASE_PORT);
        if (basePort < 1 || basePort + plan.n() - 1 > PORT_MAX) {
            return Optional.of("base port " + basePort + "; the ports of " + plan.n()
                    + " replicas from there on are 1 to " + PORT_MAX);
        }
        return plan.hosts().stream()
                .filter(host -> !ReplicaReader.isHost(host))
                .map(host -> "'" + Section.shown(host) + "' is no host name or address")
                .findFirst()
                .or(() -> plan.clients().stream()
                        .flatMap(name -> clientProblem(name).stream())
                        .findFirst())
                .or(() -> validityProblem(plan.validity()))
                .or(() -> plan.rootOut().flatMap(file -> rootProblem(folder, file)));
    }

    /** What is wrong with how long a credential is to be valid, if anything. */
    public static Optional<String> validityProblem(Duration validity) {
        return validity.toSeconds() < 1 || validity.compareTo(VALIDITY_MAX) > 0
                ? Optional.of("valid for " + Durations.format(validity) + "; a credential is valid for 1s to "
                        + Durations.format(VALIDITY_MAX))
                : Optional.empty();
    }

    /** What is wrong with a client's name, if anything. */
    public static Optional<String> clientProblem(String name) {
        return Credential.isName(name)
                ? Optional.empty()
                : Optional.of("client '" + Section.shown(name)
                        + "'; a name is letters, digits, dots, dashes and underscores, at most " + Credential.NAME_MAX);
    }

    /** What is in the folder is replaced as a whole, a key that was written there meanwhile too. */
    private static Optional<String> rootProblem(Path folder, Path file) {
        return SafeFiles.isWithin(folder, file)
                ? Optional.of(file + ": the root key is to be kept apart, but that is in the cluster folder; give a"
                        + " place outside it, or leave --root-out away: then it is " + folder.resolve("root.key"))
                : Optional.empty();
    }

    private ClusterConfig make(RootKeyPlace rootPlace, Addition addition) throws IOException, ConfigException {
        SigningKey root = SigningKey.generate(random);
        SigningKey release = SigningKey.generate(random);
        rootPlace.save(root);
        SigningKeyFile.save(release, building.releaseKey(), SigningKeyFile.Role.RELEASE);
        List<CoprocessorKeys> keys = new ArrayList<>();
        String clusterId = newClusterId();
        for (int id = 0; id < plan.n(); id++) {
            keys.add(new CoprocessorKeys(clusterId, id, SigningKey.generate(random), OpeningKey.generate(random)));
        }
        ClusterConfig config = configOf(clusterId, keys);
        Rom rom = new Rom(
                clusterId,
                root.verifyKey(),
                release.verifyKey(),
                config.replicas().stream()
                        .map(r -> new Rom.Keys(r.sign(), r.open()))
                        .toList());
        for (CoprocessorKeys own : keys) {
            makeReplica(own, rom);
        }
        SafeFiles.createFolder(building.clients(), PRIVATE);
        ClientRegister.create(building.clients());
        for (String name : plan.clients()) {
            addClient(building, new NewClient(name, plan.validity()), root, random);
        }
        ClusterFile.save(config, building.config());
        addition.addTo(building, release);
        return config;
    }

    private void makeReplica(CoprocessorKeys keys, Rom rom) throws IOException {
        SafeFiles.createFolder(building.replica(keys.replica()), PUBLIC);
        SafeFiles.createFolder(building.rom(keys.replica()), PUBLIC);
        SafeFiles.createFolder(building.coprocessor(keys.replica()), PRIVATE);
        rom.save(building.rom(keys.replica()));
        keys.save(building.coprocessor(keys.replica()));
        CounterFile.create(building.coprocessor(keys.replica()).resolve(CounterFile.NAME));
    }

    private ClusterConfig configOf(String clusterId, List<CoprocessorKeys> keys) throws IOException, ConfigException {
        List<Integer> ports = ports();
        List<Replica> replicas = new ArrayList<>();
        for (CoprocessorKeys own : keys) {
            int id = own.replica();
            replicas.add(new Replica(
                    id,
                    hostOf(id),
                    ports.get(id),
                    own.sign().verifyKey(),
                    own.open().sealingKey()));
        }
        return ClusterFile.initial(new Cluster(clusterId, 0, plan.n(), (plan.n() - 1) / 3, plan.service()), replicas);
    }

    private List<Integer> ports() throws IOException {
        if (plan.basePort().isEmpty() && plan.hosts().stream().allMatch(ClusterKeys::isLoopback)) {
            return FreePorts.find(plan.n(), random);
        }
        int first = plan.basePort().orElse(DEFAULT_BASE_PORT);
        return IntStream.range(first, first + plan.n()).boxed().toList();
    }

    private String hostOf(int id) {
        return plan.hosts().get(plan.hosts().size() == 1 ? 0 : id);
    }

    private static boolean isLoopback(String host) {
        return host.startsWith("127.") || host.equals("localhost") || host.equals("::1");
    }

    private String newClusterId() {
        byte[] id = new byte[CLUSTER_ID_BYTES];
        random.nextBytes(id);
        return HexFormat.of().formatHex(id);
    }
}
