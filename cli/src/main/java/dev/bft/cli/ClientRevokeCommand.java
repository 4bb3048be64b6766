package dev.bft.cli;

import dev.bft.client.BftClient;
import dev.bft.client.InvocationException;
import dev.bft.keystore.ClientIdentity;
import dev.bft.keystore.ClientRegister;
import dev.bft.keystore.ClientRegister.Issued;
import dev.bft.keystore.ClusterConfig;
import dev.bft.keystore.ClusterFolder;
import dev.bft.keystore.ClusterKeys;
import dev.bft.keystore.ConfigException;
import dev.bft.keystore.Revocation;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Has a client revoked: the root signs it, any client brings it to the replicas. */
@Command(
        name = "revoke",
        description = {
            "Revoke a client: the root key signs the revocation, the replicas execute it like any operation. Its sessions"
                    + " end, and nothing is executed for it any more; what it asked for before may have been.",
            "It cannot be undone, and its name cannot be had again: make a client with another name instead.",
            "The revocation is brought by another client of this folder whose credential is good; by the client itself if"
                    + " there is no other."
        })
@Manual(
        examples = {
            "bft client revoke alice", "the root key is root.key in the cluster's folder",
            "bft client revoke alice --root-key /media/usb/root.key", "the root key is kept apart",
            "bft client revoke alice --client bob -o json", "brought by bob; one JSON object"
        },
        exits = {ExitCode.CONFIG, ExitCode.UNREACHABLE, ExitCode.TIMEOUT, ExitCode.NO_QUORUM, ExitCode.NOT_FOUND},
        meanings = "10: there never was a client of this name")
final class ClientRevokeCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOption cluster;

    @Mixin
    private OutputOption output;

    @Parameters(paramLabel = "NAME", description = "The client to revoke.")
    private String name = "";

    @Option(
            names = "--root-key",
            paramLabel = "FILE",
            description = "Where the root's private key is; root.key in the cluster's folder if not given.")
    private Optional<Path> rootKey = Optional.empty();

    @Option(
            names = "--client",
            paramLabel = "CLIENT",
            description = "As which client it is brought; any other with a good credential if not given.")
    private Optional<String> client = Optional.empty();

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "How long to wait for the answer; client_deadline of bft.toml if not given.")
    private Optional<Duration> timeout = Optional.empty();

    @Override
    public Integer call() throws CommandException, ConfigException, IOException, InterruptedException {
        ClusterConfig config = cluster.config();
        ClusterFolder folder = cluster.folder();
        Issued victim = victim(folder);
        if (victim.notAfterEpochSeconds().orElse(Long.MAX_VALUE) < Instant.now().getEpochSecond()) {
            say(
                    victim,
                    "its credential expired at "
                            + Instant.ofEpochSecond(
                                    victim.notAfterEpochSeconds().getAsLong()) + ": there is nothing to revoke");
            return ExitCode.OK.code();
        }
        Revocation revocation = ClusterKeys.revoke(folder, victim, rootKeyFile(folder));
        ClientFiles files = new ClientFiles(folder);
        ClientIdentity bringer = client.isPresent() ? files.load(client) : files.other(name);
        bring(config, bringer, revocation);
        ClientRegister.markRevoked(folder, victim, revocation);
        say(victim, "revoked: nothing is executed for it any more");
        return ExitCode.OK.code();
    }

    private Issued victim(ClusterFolder folder) throws CommandException, ConfigException, IOException {
        Optional<String> wrong = ClusterKeys.clientProblem(name);
        if (wrong.isPresent()) {
            throw new CommandException(ExitCode.USAGE, wrong.get());
        }
        Optional<Issued> found = ClientRegister.find(folder, name);
        return found.orElseThrow(() -> new CommandException(
                ExitCode.NOT_FOUND,
                folder.clients() + ": there never was a client " + name + "; see: bft client list"));
    }

    private Path rootKeyFile(ClusterFolder folder) throws CommandException {
        if (rootKey.isEmpty() && !Files.exists(folder.rootKey())) {
            throw new CommandException(
                    ExitCode.CONFIG,
                    folder.rootKey()
                            + ": the root key is not here; if keygen --root-out put it elsewhere, give its file"
                            + " with --root-key");
        }
        return rootKey.orElse(folder.rootKey());
    }

    private void bring(ClusterConfig config, ClientIdentity bringer, Revocation revocation)
            throws CommandException, IOException, InterruptedException {
        try (BftClient connection = BftClient.connect(config, bringer, 1)) {
            try {
                connection.revoke(
                        revocation.encoded(), timeout.orElse(config.protocol().clientDeadline()));
            } catch (InvocationException e) {
                boolean itself = bringer.credential().clientId() == revocation.clientId();
                // Who revokes itself may lose the answer, and when it asks again it hears that it is done.
                if (!itself || e.reason() != InvocationException.Reason.CREDENTIAL_REVOKED) {
                    Path file = cluster.folder().client(bringer.credential().name());
                    throw CallFailure.of(e, connection, config, file);
                }
            }
        }
    }

    private void say(Issued victim, String what) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(
                output.json()
                        ? Json.versioned()
                                .put("client", victim.name())
                                .put("id", victim.id())
                                .put("revoked", what.startsWith("revoked"))
                                .toString()
                        : "client " + victim.name() + ": " + what);
    }
}
