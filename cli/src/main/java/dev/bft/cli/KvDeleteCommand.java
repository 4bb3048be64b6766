package dev.bft.cli;

import dev.bft.keystore.ConfigException;
import dev.bft.service.kv.KvOperation;
import dev.bft.service.kv.KvResult;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Removes a key. */
@Command(name = "delete", description = "Remove a key.")
@Manual(
        examples = {
            "bft kv delete greeting", "remove it",
            "bft kv delete greeting --timeout 10s", "wait longer for the answer",
            "bft kv delete greeting || echo was not there", "10 if there was none"
        },
        exits = {ExitCode.CONFIG, ExitCode.UNREACHABLE, ExitCode.TIMEOUT, ExitCode.NO_QUORUM, ExitCode.NOT_FOUND},
        meanings = "10: there is no such key")
final class KvDeleteCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private KvSession session;

    @Mixin
    private OutputOption output;

    @Parameters(index = "0", paramLabel = "KEY", description = "The key.")
    private String key = "";

    @Override
    public Integer call() throws CommandException, ConfigException, IOException, InterruptedException {
        KvOperation delete = new KvOperation.Delete(KvSession.key(key));
        KvResult result = session.connected(call -> call.invoke(delete));
        if (!(result instanceof KvResult.Done)) {
            throw new CommandException(
                    ExitCode.NOT_FOUND, "there is no key '" + KvText.shown(key) + "', so nothing was changed");
        }
        if (output.json()) {
            spec.commandLine().getOut().println(KvText.json(key));
        }
        return ExitCode.OK.code();
    }
}
