package dev.bft.cli;

import dev.bft.cli.bench.Baseline;
import dev.bft.cli.bench.Bench;
import dev.bft.cli.bench.ClusterLoad;
import dev.bft.cli.bench.ClusterLoad.Operation;
import dev.bft.cli.bench.Floor;
import dev.bft.cli.bench.Outcome;
import dev.bft.cli.bench.Profile;
import dev.bft.client.BftClient;
import dev.bft.keystore.ClientIdentity;
import dev.bft.keystore.ClusterConfig;
import dev.bft.keystore.ClusterConfig.Durability;
import dev.bft.keystore.ClusterConfig.ServiceKind;
import dev.bft.keystore.ConfigException;
import dev.bft.protocol.ClientSettings;
import dev.bft.service.kv.KvOperation;
import dev.bft.service.kv.KvResult;
import dev.bft.wire.Limits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is measured and how long; both measurements take the same options. */
final class BenchOptions {

    private static final int SECONDS_MIN = 5;
    private static final int CLIENTS_MAX = 1024;
    private static final int REPLICAS = 4;
    private static final String NOTHING = "0/0";

    /** The shortest operation of the key-value service with 8 bytes: get of a key that nobody sets. */
    private static final KvOperation KV_OPERATION = new KvOperation.Get(new byte[] {0, 'b', 'n'});

    @Mixin
    private ClusterOption cluster;

    @Mixin
    private OutputOption output;

    @Option(
            names = "--profile",
            paramLabel = "A/R",
            description = "KiB of argument and result, 0 to 64; 0 is 8 bytes. 0/0 if not given.")
    private String profile = NOTHING;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "How long the cluster is measured, in five repetitions; 25 if not given. The baseline takes"
                    + " as long again.")
    private int seconds = 25;

    @Option(
            names = "--durability",
            paramLabel = "WHERE",
            description = "Where votes are before a message leaves: disk or memory; disk if not given. The baseline"
                    + " does the same with its operations.")
    private Optional<Durability> durability = Optional.empty();

    @Option(
            names = "--replicas",
            paramLabel = "N",
            description = "3f+1 replicas, such as 4 or 7; 4 if not given. Not with --attach.")
    private Optional<Integer> replicas = Optional.empty();

    @Option(
            names = "--read-only",
            description = "The operation goes as one that only reads: the replicas answer it out of order. The baseline"
                    + " does the same as ever.")
    private boolean reads;

    @Option(names = "--attach", description = "Measure the running cluster of -c, without a baseline.")
    private boolean attach;

    @Option(
            names = "--client",
            paramLabel = "NAME",
            description = "With --attach: as which client; admin if not given, or the only one there is.")
    private Optional<String> client = Optional.empty();

    int run(BenchReport.Mode mode, int clients, CommandLine command)
            throws CommandException, ConfigException, IOException, InterruptedException {
        Profile shape = Profile.parse(profile)
                .orElseThrow(() -> new CommandException(
                        ExitCode.USAGE, "--profile " + profile + ": write two numbers from 0 to 64, such as 4/0"));
        if (seconds < SECONDS_MIN || clients < 1 || clients > CLIENTS_MAX) {
            throw new CommandException(
                    ExitCode.USAGE, "--seconds is at least " + SECONDS_MIN + ", --clients 1 to " + CLIENTS_MAX);
        }
        if (client.isPresent() && !attach) {
            throw new CommandException(
                    ExitCode.USAGE, "--client goes with --attach: a cluster of its own has its own clients");
        }
        int n = replicas.orElse(REPLICAS);
        if (n < REPLICAS || n % 3 != 1 || n > Limits.REPLICAS || (replicas.isPresent() && attach)) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "--replicas is 3f+1, 4 to " + Limits.REPLICAS + "; a running cluster of --attach has its own");
        }
        BenchReport report = attach
                ? attached(mode, shape, clients, command)
                : fresh(new BenchReport.Case(mode, shape, text(where()), n, clients, reads), command);
        if (output.json()) {
            command.getOut().println(report.json());
        } else {
            report.lines().forEach(command.getOut()::println);
        }
        return report.outcome().errors() == 0 ? ExitCode.OK.code() : ExitCode.DEGRADED.code();
    }

    private Durability where() {
        return durability.orElse(Durability.DISK);
    }

    private BenchReport fresh(BenchReport.Case of, CommandLine command)
            throws CommandException, ConfigException, IOException, InterruptedException {
        int clients = of.clients();
        int connections = (clients + ClientSettings.SESSIONS_MAX - 1) / ClientSettings.SESSIONS_MAX;
        List<String> names = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            names.add("bench-" + i);
        }
        byte[] operation = of.profile().operation();
        try (ThrowawayCluster own = ThrowawayCluster.make(of.replicas(), ServiceKind.NULL, names, where());
                Floor floor = Floor.start(of.replicas(), reads);
                Baseline baseline = Baseline.start(baselineLog(own.folder().root()), clients, operation, floor)) {
            own.start();
            List<ClientIdentity> identities = new ArrayList<>();
            for (String name : names) {
                identities.add(ClientIdentity.load(own.folder().client(name)));
            }
            try (Connections open = Connections.open(own.config(), identities, clients)) {
                Operation sent = new Operation(operation, reads);
                ClusterLoad load = new ClusterLoad(
                        open.clients(), clients, sent, own.local().pids());
                return new BenchReport(of, bench(command).run(load, Optional.of(baseline)));
            }
        }
    }

    private BenchReport attached(BenchReport.Mode mode, Profile shape, int clients, CommandLine command)
            throws CommandException, ConfigException, IOException, InterruptedException {
        ClusterConfig config = cluster.config();
        boolean kv = config.cluster().service().equals(ServiceKind.KV);
        if (kv && !shape.name().equals(NOTHING)) {
            throw new CommandException(
                    ExitCode.USAGE, "--profile " + profile + " needs a cluster made with --service null");
        }
        if (durability.isPresent() || clients > ClientSettings.SESSIONS_MAX) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "--attach takes the durability from bft.toml and at most " + ClientSettings.SESSIONS_MAX
                            + " clients");
        }
        Profile real = kv ? kvProfile() : shape;
        Operation operation = new Operation(kv ? KV_OPERATION.toBytes() : shape.operation(), reads);
        ClientIdentity identity = new ClientFiles(cluster.folder()).load(client);
        LocalCluster local = new LocalCluster(cluster.folder(), config);
        try (Connections open = Connections.open(config, List.of(identity), clients)) {
            ClusterLoad load = new ClusterLoad(open.clients(), clients, operation, local.pids());
            Outcome outcome = bench(command).run(load, Optional.empty());
            if (outcome.ops() == 0) {
                throw new CommandException(ExitCode.UNREACHABLE, "no operation was answered; see: bft status");
            }
            String where = text(config.protocol().durability());
            int n = config.cluster().n();
            return new BenchReport(new BenchReport.Case(mode, real, where, n, clients, reads), outcome);
        }
    }

    private static Profile kvProfile() {
        int result = new KvResult.Absent().toBytes().length;
        return new Profile(NOTHING, KV_OPERATION.toBytes().length, result);
    }

    private Bench bench(CommandLine command) {
        return new Bench(Duration.ofSeconds(seconds), Terminal.progress(command));
    }

    /** A read has nothing to be synced, replicated or not. */
    private Optional<Path> baselineLog(Path folder) {
        return where() == Durability.DISK && !reads ? Optional.of(folder.resolve("baseline.log")) : Optional.empty();
    }

    private static String text(Durability where) {
        return where.name().toLowerCase(Locale.ROOT);
    }

    /** Connections to a cluster, one a credential. */
    private record Connections(List<BftClient> clients) implements AutoCloseable {

        static Connections open(ClusterConfig config, List<ClientIdentity> identities, int sessions)
                throws IOException {
            int each = (sessions + identities.size() - 1) / identities.size();
            List<BftClient> clients = new ArrayList<>();
            for (ClientIdentity identity : identities) {
                clients.add(BftClient.connect(config, identity, each));
            }
            return new Connections(clients);
        }

        @Override
        public void close() {
            clients.forEach(BftClient::close);
        }
    }
}
