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

/** Sets a key if its value is as expected. */
@Command(name = "cas", description = "Set the value of a key if its present value is OLD: compare and set.")
@Manual(
        examples = {
            "bft kv cas counter 41 42", "from 41 to 42, or not at all",
            "bft kv cas lock free mine && echo got it", "10 if another was quicker",
            "bft kv cas motd old - < motd", "the new value from a file"
        },
        exits = {ExitCode.CONFIG, ExitCode.UNREACHABLE, ExitCode.TIMEOUT, ExitCode.NO_QUORUM, ExitCode.NOT_FOUND},
        meanings = "10: there is no such key, or its value is not OLD; nothing was changed")
final class KvCasCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private KvSession session;

    @Mixin
    private OutputOption output;

    @Parameters(index = "0", paramLabel = "KEY", description = "The key.")
    private String key = "";

    @Parameters(index = "1", paramLabel = "OLD", description = "The value it must have now.")
    private String expected = "";

    @Parameters(index = "2", paramLabel = "NEW", description = "The value to set; a dash takes it from standard input.")
    private String value = "";

    @Override
    public Integer call() throws CommandException, ConfigException, IOException, InterruptedException {
        KvOperation cas = new KvOperation.Cas(
                KvSession.key(key), KvSession.bytes(expected, "the old value"), KvSession.value(value));
        KvResult result = session.connected(call -> call.invoke(cas));
        if (!(result instanceof KvResult.Done)) {
            String what = result instanceof KvResult.Absent ? "there is no such key" : "it has another value";
            throw new CommandException(
                    ExitCode.NOT_FOUND,
                    "key '" + KvText.shown(key) + "': " + what + ", so nothing was changed; look with bft kv get");
        }
        if (output.json()) {
            spec.commandLine().getOut().println(KvText.json(key));
        }
        return ExitCode.OK.code();
    }
}
