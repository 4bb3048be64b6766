package dev.bft.cli;

import dev.bft.keystore.ConfigException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Starts one watchdog, which boots its replica. */
@Command(
        name = "start-replica",
        description = {
            "Start the watchdog of one replica, which starts the coprocessor and boots the replica from the clean image.",
            "In the foreground until SIGINT or SIGTERM, which stop them; with --detach it returns when the replica is"
                    + " ready, for which as many others must run as a quorum needs."
        })
@Manual(
        examples = {
            "bft start-replica 2 --detach", "replica 2, in the background",
            "bft start-replica 2", "in the foreground, as a service manager wants it",
            "bft start-replica 2 -c /srv/c1", "replica 2 of another cluster"
        },
        exits = {
            ExitCode.CONFIG,
            ExitCode.TIMEOUT,
            ExitCode.NO_QUORUM,
            ExitCode.DEGRADED,
            ExitCode.VERIFICATION,
            ExitCode.INTERRUPTED
        })
final class StartReplicaCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOption cluster;

    @Mixin
    private StartOptions options;

    @Parameters(paramLabel = "N", description = "The replica.")
    private int replica;

    @Override
    public Integer call() throws CommandException, ConfigException, IOException, InterruptedException {
        LocalCluster local = new LocalCluster(cluster.existing(), cluster.config());
        ReplicaNumber.check(replica, local.watchdogs().here(), cluster.folder());
        return options.start(local, List.of(replica), 1, spec.commandLine());
    }
}
