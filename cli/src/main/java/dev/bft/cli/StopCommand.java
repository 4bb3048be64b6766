package dev.bft.cli;

import dev.bft.keystore.ConfigException;
import dev.bft.watchdog.WatchdogUnreachableException;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Stops replicas with their watchdogs. */
@Command(
        name = "stop",
        description = {
            "Stop replicas and their watchdogs.",
            "Each replica saves first; one that does not within recovery.save_deadline is stopped all the"
                    + " same, and has then lost its votes if they are kept in memory.",
            "Returns when the processes are dead. A replica that is not running is none to stop, and no error."
        })
@Manual(
        examples = {
            "bft stop", "every replica of this host",
            "bft stop 2", "replica 2 alone",
            "bft stop 0 1 --timeout 1m", "two replicas; waits longer for them to end"
        },
        exits = {ExitCode.CONFIG, ExitCode.TIMEOUT, ExitCode.INTERLOCK})
final class StopCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOption cluster;

    @Parameters(
            arity = "0..*",
            paramLabel = "N",
            description = "The replicas to stop; all of this host if none is given.")
    private List<Integer> replicas = List.of();

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "How long to wait; 30s if not given.")
    private Duration timeout = Duration.ofSeconds(30);

    @Override
    public Integer call() throws CommandException, ConfigException, IOException, InterruptedException {
        Watchdogs watchdogs = new Watchdogs(cluster.existing(), cluster.config());
        List<Integer> here = watchdogs.here();
        for (int id : replicas) {
            ReplicaNumber.check(id, here, cluster.folder());
        }
        PrintWriter out = spec.commandLine().getOut();
        List<String> said = Watchdogs.forAll(replicas.isEmpty() ? here : replicas, id -> stop(watchdogs, id, timeout));
        said.forEach(out::println);
        return ExitCode.OK.code();
    }

    /** Stops one replica and says what became of it. */
    static String stop(Watchdogs watchdogs, int replica, Duration timeout) throws IOException {
        try {
            watchdogs.client(replica).stop(timeout);
            return "replica " + replica + " stopped";
        } catch (WatchdogUnreachableException e) {
            if (e.isLate()) {
                throw e;
            }
            return "replica " + replica + " is not running";
        }
    }
}
