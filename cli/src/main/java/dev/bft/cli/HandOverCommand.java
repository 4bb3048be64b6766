package dev.bft.cli;

import dev.bft.keystore.ConfigException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Moves the view to another primary. */
@Command(
        name = "hand-over",
        description = {
            "Have the primary move the view to the next replica, so that clients hardly notice when its host is taken"
                    + " away.",
            "bft recover-now does this by itself when it recovers the primary; so does bft stop. A primary that does not"
                    + " obey is recovered with bft recover-now."
        })
@Manual(
        examples = {
            "bft hand-over", "the next replica becomes primary",
            "bft hand-over && bft stop 0", "before the host of replica 0, the primary, is rebooted",
            "bft hand-over --timeout 1m -o json", "for a program"
        },
        exits = {ExitCode.CONFIG, ExitCode.UNREACHABLE, ExitCode.TIMEOUT, ExitCode.NO_QUORUM, ExitCode.INTERLOCK})
final class HandOverCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOption cluster;

    @Mixin
    private OutputOption output;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "How long to wait for the next view; 10s if not given.")
    private Duration timeout = Duration.ofSeconds(10);

    @Override
    public Integer call() throws CommandException, ConfigException, IOException, InterruptedException {
        Watchdogs watchdogs = new Watchdogs(cluster.existing(), cluster.config());
        ClusterView after = new HandOver(watchdogs).now(timeout);
        long view = after.view().orElseThrow();
        long primary = after.primary().orElseThrow();
        spec.commandLine()
                .getOut()
                .println(
                        output.json()
                                ? Json.versioned()
                                        .put("view", view)
                                        .put("primary", primary)
                                        .toString()
                                : "view " + view + ", primary " + primary);
        return ExitCode.OK.code();
    }
}
