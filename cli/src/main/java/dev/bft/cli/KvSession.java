package dev.bft.cli;

import dev.bft.client.BftClient;
import dev.bft.client.InvocationException;
import dev.bft.keystore.ClientIdentity;
import dev.bft.keystore.ClusterConfig;
import dev.bft.keystore.ClusterConfig.ServiceKind;
import dev.bft.keystore.ConfigException;
import dev.bft.service.kv.KvOperation;
import dev.bft.service.kv.KvResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every kv command takes to reach the key-value service, and one operation on it. */
final class KvSession {

    private static final char NO_CHARACTER = '\ufffd';

    @Mixin
    private ClusterOption cluster;

    @Option(
            names = "--client",
            paramLabel = "NAME",
            description = "As which client; admin if not given, or the only one there is.")
    private Optional<String> client = Optional.empty();

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "How long to wait for the answer; client_deadline of bft.toml if not given.")
    private Optional<Duration> timeout = Optional.empty();

    /** Does one operation after another over one connection to each replica. */
    <T> T connected(Work<T> work) throws CommandException, ConfigException, IOException, InterruptedException {
        ClusterConfig config = cluster.config();
        if (!config.cluster().service().equals(ServiceKind.KV)) {
            throw new CommandException(
                    ExitCode.CONFIG,
                    cluster.folder().config()
                            + ": this cluster runs another service; kv needs one made with --service kv");
        }
        ClientIdentity identity = new ClientFiles(cluster.folder()).load(client);
        try (BftClient connection = BftClient.connect(config, identity, 1)) {
            Path file = cluster.folder().client(identity.credential().name());
            return work.on(operation -> {
                try {
                    return result(connection, config, operation);
                } catch (InvocationException e) {
                    throw CallFailure.of(e, connection, config, file);
                }
            });
        }
    }

    private KvResult result(BftClient connection, ClusterConfig config, KvOperation operation)
            throws CommandException, InvocationException, InterruptedException {
        Duration deadline = timeout.orElse(config.protocol().clientDeadline());
        byte[] bytes = operation.reads()
                ? connection.read(operation.toBytes(), deadline)
                : connection.invoke(operation.toBytes(), deadline);
        return checked(KvResult.read(bytes));
    }

    private static KvResult checked(Optional<KvResult> result) throws CommandException {
        if (result.isEmpty() || result.get() instanceof KvResult.Malformed) {
            throw new CommandException(
                    ExitCode.INTERNAL,
                    "the replicas' service speaks another version; use the bft they were started by");
        }
        if (result.get() instanceof KvResult.Full) {
            throw new CommandException(
                    ExitCode.INTERNAL, "the store is full and nothing was changed; delete what is not needed");
        }
        return result.get();
    }

    /** The bytes of a key. */
    static byte[] key(String text) throws CommandException {
        byte[] bytes = bytes(text, "the key");
        if (bytes.length == 0 || bytes.length > KvOperation.KEY_MAX) {
            throw new CommandException(
                    ExitCode.USAGE, "the key has " + bytes.length + " bytes; it can have 1 to " + KvOperation.KEY_MAX);
        }
        return bytes;
    }

    /** The bytes of a value: the text, or standard input for a dash. */
    static byte[] value(String text) throws CommandException, IOException {
        byte[] bytes = text.equals("-") ? System.in.readNBytes(KvOperation.VALUE_MAX + 1) : bytes(text, "the value");
        if (bytes.length > KvOperation.VALUE_MAX) {
            throw new CommandException(
                    ExitCode.USAGE, "the value is longer than " + KvOperation.VALUE_MAX + " bytes; split it");
        }
        return bytes;
    }

    /** The bytes of a text that came from the command line. */
    static byte[] bytes(String text, String what) throws CommandException {
        if (text.indexOf(NO_CHARACTER) >= 0) {
            throw new CommandException(
                    ExitCode.USAGE,
                    what + " has a character that this locale cannot read; set LC_ALL=C.UTF-8, or give the value on"
                            + " standard input with -");
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Calls the service. */
    interface Call {
        KvResult invoke(KvOperation operation) throws CommandException, InterruptedException;
    }

    /** Some calls. */
    interface Work<T> {
        T on(Call call) throws CommandException, InterruptedException, IOException;
    }
}
