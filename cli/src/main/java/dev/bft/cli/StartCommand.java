package dev.bft.cli;

import dev.bft.keystore.ConfigException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Starts every replica of this host. */
@Command(
        name = "start",
        description = {
            "Start every replica whose address is on this host, each with its watchdog and its coprocessor.",
            "In the foreground until SIGINT or SIGTERM, which stop them; with --detach it returns when a quorum"
                    + " executes. A replica that runs already is left alone."
        })
@Manual(
        examples = {
            "bft start --detach", "in the background; bft stop ends it",
            "bft start", "in the foreground; Ctrl-C ends it",
            "bft start -c /srv/c1 --detach --timeout 5m", "another cluster, with more time"
        },
        exits = {
            ExitCode.CONFIG,
            ExitCode.TIMEOUT,
            ExitCode.NO_QUORUM,
            ExitCode.DEGRADED,
            ExitCode.VERIFICATION,
            ExitCode.INTERRUPTED
        })
final class StartCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOption cluster;

    @Mixin
    private StartOptions options;

    @Override
    public Integer call() throws CommandException, ConfigException, IOException, InterruptedException {
        LocalCluster local = new LocalCluster(cluster.existing(), cluster.config());
        List<Integer> here = local.watchdogs().here();
        if (here.isEmpty()) {
            throw new CommandException(
                    ExitCode.CONFIG,
                    cluster.folder().config()
                            + ": none of its replicas has an address of this host and a folder here;"
                            + " type this on their host, or name another cluster with -c");
        }
        int quorum = 2 * cluster.config().cluster().f() + 1;
        return options.start(local, here, Math.min(quorum, here.size()), spec.commandLine());
    }
}
