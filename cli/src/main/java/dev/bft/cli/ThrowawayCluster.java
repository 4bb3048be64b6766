package dev.bft.cli;

import dev.bft.keystore.ClusterConfig;
import dev.bft.keystore.ClusterConfig.Durability;
import dev.bft.keystore.ClusterConfig.Protocol;
import dev.bft.keystore.ClusterConfig.ServiceKind;
import dev.bft.keystore.ClusterFile;
import dev.bft.keystore.ClusterFolder;
import dev.bft.keystore.ClusterKeys;
import dev.bft.keystore.ConfigException;
import dev.bft.watchdog.image.ImageTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

/** A cluster in a folder of its own, which is stopped and removed when this is closed or the process ends. */
final class ThrowawayCluster implements AutoCloseable {

    private static final int REPLICAS = 4;
    private static final Duration READY = Duration.ofMinutes(2);
    private static final Duration STOP = Duration.ofSeconds(15);

    private final ClusterFolder folder;
    private final ClusterConfig config;
    private final LocalCluster local;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Thread hook = new Thread(this::remove, "remove-cluster");

    private ThrowawayCluster(ClusterFolder folder, ClusterConfig config) {
        this.folder = folder;
        this.config = config;
        this.local = new LocalCluster(folder, config);
    }

    /** Makes one of four. */
    static ThrowawayCluster make(ServiceKind service, List<String> clients, Durability durability)
            throws CommandException, ConfigException, IOException {
        return make(REPLICAS, service, clients, durability);
    }

    static ThrowawayCluster make(int replicas, ServiceKind service, List<String> clients, Durability durability)
            throws CommandException, ConfigException, IOException {
        return make(replicas, service, clients, config -> withDurability(config, durability));
    }

    /** Makes its folder below the system's folder for such things; what keygen configures is changed before it counts. */
    static ThrowawayCluster make(
            int replicas, ServiceKind service, List<String> clients, UnaryOperator<ClusterConfig> change)
            throws CommandException, ConfigException, IOException {
        Path folder = Files.createTempDirectory(scratch(), "bft-");
        ClusterKeys.Plan plan = new ClusterKeys.Plan(
                replicas,
                List.of("127.0.0.1"),
                OptionalInt.empty(),
                service,
                clients,
                ClusterKeys.VALIDITY_MAX,
                Optional.empty(),
                false);
        boolean whole = false;
        try {
            ClusterConfig config = change.apply(KeygenCommand.create(folder, plan));
            Files.writeString(new ClusterFolder(folder).config(), ClusterFile.text(config));
            ThrowawayCluster made = new ThrowawayCluster(new ClusterFolder(folder), config);
            Runtime.getRuntime().addShutdownHook(made.hook);
            whole = true;
            return made;
        } finally {
            if (!whole) {
                ImageTree.delete(folder);
            }
        }
    }

    /** Where the shell puts such things; Java itself does not ask. */
    private static Path scratch() {
        return Optional.ofNullable(System.getenv("TMPDIR"))
                .filter(name -> !name.isEmpty())
                .map(Path::of)
                .orElse(Path.of(System.getProperty("java.io.tmpdir")));
    }

    static ClusterConfig withDurability(ClusterConfig made, Durability durability) {
        Protocol old = made.protocol();
        Protocol protocol = new Protocol(
                old.checkpointPeriod(),
                old.logSize(),
                old.window(),
                old.batchBytes(),
                old.batchRequests(),
                old.statusPeriod(),
                old.keyRefresh(),
                old.viewTimeout(),
                old.agreedTimeSkew(),
                durability,
                old.clientRetransmit(),
                old.clientRetransmitMax(),
                old.clientDeadline());
        return new ClusterConfig(
                made.cluster(),
                made.replicas(),
                protocol,
                made.recovery(),
                made.isolation(),
                made.audit(),
                made.limits());
    }

    /** The same with a replicated state of so many bytes. */
    static ClusterConfig withState(ClusterConfig made, long bytes) {
        ClusterConfig.Limits old = made.limits();
        return new ClusterConfig(
                made.cluster(),
                made.replicas(),
                made.protocol(),
                made.recovery(),
                made.isolation(),
                made.audit(),
                new ClusterConfig.Limits(
                        bytes,
                        old.sessions(),
                        old.clients(),
                        old.frameBytes(),
                        old.frameBytesStranger(),
                        old.links(),
                        old.heapBytes()));
    }

    ClusterFolder folder() {
        return folder;
    }

    ClusterConfig config() {
        return config;
    }

    LocalCluster local() {
        return local;
    }

    /** Starts all replicas and waits until they are ready. */
    void start() throws CommandException, IOException, InterruptedException {
        List<Integer> all = local.watchdogs().here();
        local.start(all);
        List<String> missing = local.awaitReady(all, all.size(), READY, Duration.ZERO);
        if (!missing.isEmpty()) {
            throw new CommandException(ExitCode.NO_QUORUM, "the cluster does not start: " + missing.get(0));
        }
    }

    @Override
    public void close() {
        if (remove()) {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }

    private boolean remove() {
        if (closed.getAndSet(true)) {
            return false;
        }
        local.stop(STOP);
        try {
            ImageTree.delete(folder.root());
        } catch (IOException e) {
            System.err.println("bft: " + folder.root() + " could not be removed (" + e.getMessage() + "); remove it");
        }
        return true;
    }
}
