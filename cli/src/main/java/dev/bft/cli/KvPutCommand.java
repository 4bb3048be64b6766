package dev.bft.cli;

import dev.bft.keystore.ConfigException;
import dev.bft.service.kv.KvOperation;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sets a key. */
@Command(name = "put", description = "Set the value of a key, new or not.")
@Manual(
        examples = {
            "bft kv put greeting hello", "five bytes",
            "bft kv put motd - < /etc/motd", "the bytes of a file",
            "bft kv put greeting hello --client alice", "as another client"
        },
        exits = {ExitCode.CONFIG, ExitCode.UNREACHABLE, ExitCode.TIMEOUT, ExitCode.NO_QUORUM})
final class KvPutCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private KvSession session;

    @Mixin
    private OutputOption output;

    @Parameters(index = "0", paramLabel = "KEY", description = "The key.")
    private String key = "";

    @Parameters(index = "1", paramLabel = "VALUE", description = "The value; a dash takes it from standard input.")
    private String value = "";

    @Override
    public Integer call() throws CommandException, ConfigException, IOException, InterruptedException {
        KvOperation put = new KvOperation.Put(KvSession.key(key), KvSession.value(value));
        session.connected(call -> call.invoke(put));
        if (output.json()) {
            spec.commandLine().getOut().println(KvText.json(key));
        }
        return ExitCode.OK.code();
    }
}
