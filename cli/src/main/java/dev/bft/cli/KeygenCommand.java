package dev.bft.cli;

import dev.bft.host.StateFiles;
import dev.bft.keystore.ClusterConfig;
import dev.bft.keystore.ClusterConfig.ServiceKind;
import dev.bft.keystore.ClusterFile;
import dev.bft.keystore.ClusterFolder;
import dev.bft.keystore.ClusterKeys;
import dev.bft.keystore.ConfigException;
import dev.bft.keystore.ReplicaCount;
import dev.bft.keystore.SigningKey;
import dev.bft.watchdog.image.ImageBuilder;
import dev.bft.watchdog.image.ImageRefusedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes the keys and the folder of a new cluster, or one more client of an existing one. */
@Command(
        name = "keygen",
        description = {
            "Make a new cluster: the root key, bft.toml, the keys and the read-only memory of each replica, the signed"
                    + " clean image, client credentials.",
            "With --client and an existing cluster: one more client; nothing changes at the replicas."
        })
@Manual(
        examples = {
            "bft keygen",
            "four replicas on free ports of this host, in ./bft-cluster, with the client admin",
            "bft keygen -c /srv/c1 --replicas 7 --base-port 7470 --root-out /media/usb/root.key",
            "seven replicas on ports 7470 to 7476; the root key is kept apart",
            "bft image build --jar stamps.jar --out /srv/build && bft keygen --service org.example.Stamps --image /srv/build",
            "a cluster that runs a service of yours",
            "bft keygen --client alice",
            "the credential of one more client, in bft-cluster/clients/alice.client",
            "bft keygen --client guest --valid-for 8h",
            "one that is good for eight hours; see bft client list"
        },
        exits = {ExitCode.CONFIG, ExitCode.VERIFICATION, ExitCode.INTERLOCK})
final class KeygenCommand implements Callable<Integer> {

    private static final String ADMIN = "admin";
    private static final String LOOPBACK = "127.0.0.1";

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOption cluster;

    @Mixin
    private OutputOption output;

    @Option(
            names = "--replicas",
            paramLabel = "N",
            description = "How many replicas: 4, 7, 10, ... 31, of which 1, 2, 3, ... may be faulty. 4 if not given.")
    private Optional<Integer> replicas = Optional.empty();

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description =
                    "Where the replicas run: one for all of them, or one for each in order. 127.0.0.1 if not given.")
    private List<String> hosts = List.of();

    @Option(
            names = "--base-port",
            paramLabel = "PORT",
            description = "Replica i listens on PORT + i. Free ports of this host if not given.")
    private Optional<Integer> basePort = Optional.empty();

    @Option(
            names = "--client",
            paramLabel = "NAME",
            description = "A client to make a credential for; admin if not given.")
    private List<String> clients = List.of();

    @Option(
            names = "--valid-for",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description =
                    "How long the credentials of these clients are good, judged by the time of the replicas; ten years, which"
                            + " is the longest, if not given.")
    private Duration validity = ClusterKeys.VALIDITY_MAX;

    @Option(
            names = "--service",
            paramLabel = "SERVICE",
            description =
                    "What the cluster runs: kv, or null, which does nothing and is for measurements, or the name of a class of"
                            + " the image that implements dev.bft.service.Service. kv if not given.")
    private Optional<String> service = Optional.empty();

    @Option(
            names = "--image",
            paramLabel = "FOLDER",
            description =
                    "Where image/ and image.manifest stand, as bft image build made them; this installation's if not given.")
    private Optional<Path> image = Optional.empty();

    @Option(
            names = "--root-out",
            paramLabel = "FILE",
            description = "Put the root's private key here, outside the cluster's folder. It is needed to make and"
                    + " to revoke clients.")
    private Optional<Path> rootOut = Optional.empty();

    @Option(
            names = "--root-key",
            paramLabel = "FILE",
            description =
                    "Where the root's private key is, for a new client of a cluster that was made with --root-out.")
    private Optional<Path> rootKey = Optional.empty();

    @Option(names = "--force", description = "Replace the cluster that is there; its keys and data are lost.")
    private boolean force;

    @Override
    public Integer call() throws CommandException, ConfigException, IOException {
        ClusterFolder folder = cluster.folder();
        boolean exists = Files.exists(folder.config());
        if (exists && !clients.isEmpty() && !force && !describesCluster()) {
            return addClients(folder);
        }
        if (exists && force) {
            refuseWhileRunning(folder);
        }
        return create(folder);
    }

    private boolean describesCluster() {
        return replicas.isPresent()
                || basePort.isPresent()
                || service.isPresent()
                || image.isPresent()
                || rootOut.isPresent()
                || !hosts.isEmpty();
    }

    private int addClients(ClusterFolder folder) throws CommandException, ConfigException {
        PrintWriter out = spec.commandLine().getOut();
        for (String name : clients) {
            refuseUsage(ClusterKeys.clientProblem(name));
        }
        refuseUsage(ClusterKeys.validityProblem(validity).map("--valid-for: "::concat));
        for (String name : clients) {
            ClusterKeys.NewClient client = new ClusterKeys.NewClient(name, validity);
            Path file = ClusterKeys.addClient(folder, client, rootKey.orElse(folder.rootKey()));
            out.println(
                    output.json()
                            ? Json.versioned().put("client", name).put("file", file.toString())
                            : "client " + name + ": " + file);
        }
        return ExitCode.OK.code();
    }

    private int create(ClusterFolder folder) throws CommandException, ConfigException {
        int n = replicas.orElse(4);
        Optional<String> wrong = ReplicaCount.problem(n);
        if (wrong.isPresent()) {
            throw new CommandException(ExitCode.USAGE, "--replicas: " + wrong.get());
        }
        if (rootKey.isPresent()) {
            throw new CommandException(
                    ExitCode.USAGE, "--root-key is for a new client of an existing cluster; give --root-out");
        }
        refuseUsage(service.flatMap(ServiceKind::problem).map("--"::concat));
        ClusterKeys.Plan plan = new ClusterKeys.Plan(
                n,
                hosts.isEmpty() ? List.of(LOOPBACK) : hosts,
                basePort.map(OptionalInt::of).orElse(OptionalInt.empty()),
                service.map(ServiceKind::new).orElse(ServiceKind.KV),
                clients.isEmpty() ? List.of(ADMIN) : clients,
                validity,
                rootOut,
                force);
        refuseUsage(ClusterKeys.problem(folder.root(), plan));
        ClusterConfig config =
                create(folder.root(), plan, image.orElse(Installation.find().home()));
        say(folder, plan, config);
        return ExitCode.OK.code();
    }

    private static void refuseUsage(Optional<String> wrong) throws CommandException {
        if (wrong.isPresent()) {
            throw new CommandException(ExitCode.USAGE, wrong.get());
        }
    }

    /** Makes a cluster with the clean image of this installation. */
    static ClusterConfig create(Path folder, ClusterKeys.Plan plan) throws CommandException, ConfigException {
        return create(folder, plan, Installation.find().home());
    }

    private static ClusterConfig create(Path folder, ClusterKeys.Plan plan, Path from)
            throws CommandException, ConfigException {
        try {
            ClusterImage.unsigned(from);
        } catch (ImageRefusedException e) {
            throw new CommandException(ExitCode.VERIFICATION, e.getMessage() + "; build it again", e);
        }
        if (plan.service().isClass()) {
            ServiceClass.check(plan.service().name(), from.resolve(ImageBuilder.FOLDER));
        }
        return ClusterKeys.create(folder, plan, (cluster, release) -> addImage(cluster, release, from));
    }

    private static void addImage(ClusterFolder folder, SigningKey release, Path from)
            throws IOException, ConfigException {
        try {
            new ClusterImage(folder).install(from, release);
            byte[] cluster = ClusterFile.load(folder.config()).cluster().idBytes();
            for (int id = 0; Files.isDirectory(folder.replica(id)); id++) {
                StateFiles.create(folder.state(id), cluster, id);
            }
        } catch (CommandException | ImageRefusedException e) {
            throw new ConfigException(e.getMessage() + "; build the image again", e);
        }
    }

    private static void refuseWhileRunning(ClusterFolder folder) throws CommandException, IOException {
        for (int id = 0; Files.isDirectory(folder.replica(id)); id++) {
            if (Watchdogs.status(folder, id).isPresent()) {
                throw new CommandException(
                        ExitCode.INTERLOCK,
                        folder.root() + ": replica " + id + " of this cluster runs; stop it first: bft stop -c "
                                + folder.root());
            }
        }
    }

    private void say(ClusterFolder folder, ClusterKeys.Plan plan, ClusterConfig config) {
        PrintWriter out = spec.commandLine().getOut();
        Path root = plan.rootOut().orElse(folder.rootKey()).toAbsolutePath();
        if (output.json()) {
            out.println(Json.versioned()
                    .put("cluster", folder.root().toString())
                    .put("id", config.cluster().id())
                    .put("n", config.cluster().n())
                    .put("f", config.cluster().f())
                    .put("root_key", root.toString())
                    .putStrings("clients", plan.clients())
                    .put(
                            "replicas",
                            config.replicas().stream()
                                    .map(r -> new Json()
                                            .put("id", r.id())
                                            .put("host", r.host())
                                            .put("port", r.port())
                                            .put("sign", r.sign().fingerprint()))
                                    .toList()));
            return;
        }
        out.println("cluster " + config.cluster().id() + " in " + folder.root());
        out.println("  " + config.cluster().n() + " replicas, of which "
                + config.cluster().f() + " may be faulty");
        config.replicas()
                .forEach(r -> out.println("  replica " + r.id() + "  " + r.host() + ":" + r.port() + "  key "
                        + r.sign().fingerprint()));
        plan.clients().forEach(name -> out.println("  client " + name + "  " + folder.client(name)));
        out.println("  root key " + root + " (needed to make and to revoke clients only: take it off line)");
        out.println("start it with: bft start --detach");
    }
}
