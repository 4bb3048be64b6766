package dev.bft.cli;

import dev.bft.keystore.ConfigException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows everything once. */
@Command(
        name = "demo",
        description = {
            "Show everything once, in less than a minute: a cluster of four on free ports of this host, eight clients that"
                    + " count without pause, two replicas recovered meanwhile, a tampered image refused and put right,"
                    + " the audit log, figures.",
            "Everything is in a folder of its own, and stopped and removed at the end. The exit code is 0 only if every"
                    + " operation was answered within 5 s and every client's counter reads back right."
        })
@Manual(
        examples = {
            "bft demo", "the whole story",
            "bft demo && echo all is well", "0 only if every promise was kept",
            "bft demo --verbose", "the stack trace as well, if something goes wrong"
        },
        exits = {ExitCode.CONFIG, ExitCode.NO_QUORUM, ExitCode.VERIFICATION, ExitCode.INTERRUPTED},
        meanings = "8: a promise was not kept; it is named")
final class DemoCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws CommandException, ConfigException, IOException, InterruptedException {
        List<String> broken = new Demo(spec.commandLine().getOut()).run();
        if (!broken.isEmpty()) {
            throw new CommandException(ExitCode.VERIFICATION, String.join("\n", broken));
        }
        return ExitCode.OK.code();
    }
}
