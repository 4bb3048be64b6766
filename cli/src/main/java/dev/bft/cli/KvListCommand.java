package dev.bft.cli;

import dev.bft.keystore.ConfigException;
import dev.bft.service.kv.KvOperation;
import dev.bft.service.kv.KvResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists keys. */
@Command(name = "list", description = "List the keys that begin with a prefix, in order of their bytes.")
@Manual(
        examples = {
            "bft kv list", "every key",
            "bft kv list user/", "the keys below user/",
            "bft kv list -o json", "one JSON object a key"
        },
        exits = {ExitCode.CONFIG, ExitCode.UNREACHABLE, ExitCode.TIMEOUT, ExitCode.NO_QUORUM})
final class KvListCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private KvSession session;

    @Mixin
    private OutputOption output;

    @Parameters(arity = "0..1", paramLabel = "PREFIX", description = "How the keys begin; every key if not given.")
    private String prefix = "";

    @Override
    public Integer call() throws CommandException, ConfigException, IOException, InterruptedException {
        byte[] start = KvSession.bytes(prefix, "the prefix");
        session.connected(call -> list(call, start));
        return ExitCode.OK.code();
    }

    private long list(KvSession.Call call, byte[] start) throws CommandException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        long count = 0;
        byte[] after = new byte[0];
        boolean more = true;
        while (more) {
            KvResult result = call.invoke(new KvOperation.List(start, after, KvOperation.LIST_MAX));
            more = false;
            if (result instanceof KvResult.Keys page) {
                for (byte[] key : page.keys()) {
                    out.println(output.json() ? KvText.put(Json.versioned(), "key", key) : KvText.shown(key));
                    after = key;
                    count++;
                }
                more = page.more() && !page.keys().isEmpty() && !out.checkError();
            }
        }
        out.flush();
        return count;
    }
}
