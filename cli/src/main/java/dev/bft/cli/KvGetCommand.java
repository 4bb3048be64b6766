package dev.bft.cli;

import dev.bft.keystore.ConfigException;
import dev.bft.service.kv.KvOperation;
import dev.bft.service.kv.KvResult;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the value of a key. */
@Command(name = "get", description = "Print the value of a key.")
@Manual(
        examples = {
            "bft kv get greeting", "the value and a line break",
            "bft kv get --raw photo > photo.jpg", "its bytes alone",
            "bft kv get greeting -o json", "for a program"
        },
        exits = {ExitCode.CONFIG, ExitCode.UNREACHABLE, ExitCode.TIMEOUT, ExitCode.NO_QUORUM, ExitCode.NOT_FOUND},
        meanings = "10: there is no such key")
final class KvGetCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private KvSession session;

    @Mixin
    private OutputOption output;

    @Parameters(index = "0", paramLabel = "KEY", description = "The key.")
    private String key = "";

    @Option(names = "--raw", description = "The bytes of the value alone, without a line break after them.")
    private boolean raw;

    @Override
    public Integer call() throws CommandException, ConfigException, IOException, InterruptedException {
        KvOperation get = new KvOperation.Get(KvSession.key(key));
        KvResult result = session.connected(call -> call.invoke(get));
        if (!(result instanceof KvResult.Value found)) {
            throw new CommandException(
                    ExitCode.NOT_FOUND, "there is no key '" + KvText.shown(key) + "'; bft kv list shows the keys");
        }
        if (output.json()) {
            spec.commandLine().getOut().println(KvText.put(KvText.json(key), "value", found.value()));
        } else {
            System.out.write(found.value());
            System.out.write(raw ? new byte[0] : KvText.LINE_BREAK);
            System.out.flush();
        }
        return ExitCode.OK.code();
    }
}
