package dev.bft.cli;

import dev.bft.keystore.ClientRegister;
import dev.bft.keystore.ClientRegister.Issued;
import dev.bft.keystore.ClusterFolder;
import dev.bft.keystore.ConfigException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists the clients of a cluster. */
@Command(
        name = "list",
        description = {
            "List the clients that were made with keygen in this folder: name, number, when the credential expires, and"
                    + " where its file is.",
            "The state is what this folder knows: valid, expired by the clock of this host, or revoked from here."
        })
@Manual(
        examples = {
            "bft client list", "one line a client",
            "bft client list -c /srv/c1", "the clients of another cluster",
            "bft client list -o json", "one JSON object a client"
        },
        exits = {ExitCode.CONFIG})
final class ClientListCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOption cluster;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws CommandException, ConfigException, IOException {
        ClusterFolder folder = cluster.existing();
        PrintWriter out = spec.commandLine().getOut();
        Table table = new Table("CLIENT", "ID", "EXPIRES", "STATE", "FILE");
        for (Issued client : ClientRegister.list(folder)) {
            Optional<Path> file = Optional.of(folder.client(client.name())).filter(Files::exists);
            String expires = client.notAfterEpochSeconds().isPresent()
                    ? Instant.ofEpochSecond(client.notAfterEpochSeconds().getAsLong())
                            .toString()
                    : "unknown";
            String state = ClientRegister.isRevoked(folder, client.name()) ? "revoked" : state(client);
            String shown = file.map(Path::toString).orElse("-");
            if (output.json()) {
                out.println(Json.versioned()
                        .put("client", client.name())
                        .put("id", client.id())
                        .put("expires", expires)
                        .put("state", state)
                        .put("file", file.map(Path::toString).orElse("")));
            } else {
                table.row(client.name(), String.valueOf(client.id()), expires, state, shown);
            }
        }
        if (!output.json()) {
            table.lines().forEach(out::println);
        }
        return ExitCode.OK.code();
    }

    private static String state(Issued client) {
        long now = Instant.now().getEpochSecond();
        return client.notAfterEpochSeconds().orElse(Long.MAX_VALUE) < now ? "expired" : "valid";
    }
}
