package dev.bft.cli;

import dev.bft.keystore.ConfigException;
import dev.bft.watchdog.IfNotSaved;
import dev.bft.watchdog.RecoveryReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Recovers a replica: it is killed and booted from the clean image. */
@Command(
        name = "recover-now",
        description = {
            "Recover a replica: its watchdog verifies the clean image, lets the replica save, kills it, verifies once more"
                    + " what it boots, boots it and lets it catch up. The replica is not asked.",
            "An image that is refused at first (exit 8) leaves the replica running.",
            "Never more than f replicas are away at once: the command refuses (exit 9) while f others of this host are"
                    + " recovering or not ready.",
            "A replica that does not save within recovery.save_deadline is left as it was (exit 5): killed without its"
                    + " save, it has no votes until the others have moved past all it may have voted for, and a primary"
                    + " without votes stops the service. One that does not answer at all needs --force."
        })
@Manual(
        examples = {
            "bft recover-now 2 --wait", "replica 2; each step with its time as it passes",
            "bft recover-now --all --wait", "all of this host, one after another",
            "bft recover-now 1 --reason 'looks odd'", "the reason goes into the audit log",
            "bft recover-now 3 --force --wait", "one that hangs and cannot save"
        },
        exits = {
            ExitCode.CONFIG,
            ExitCode.UNREACHABLE,
            ExitCode.TIMEOUT,
            ExitCode.DEGRADED,
            ExitCode.VERIFICATION,
            ExitCode.INTERLOCK
        },
        meanings = "7: not ready after its recovery")
final class RecoverNowCommand implements Callable<Integer> {

    private static final String OVERRIDDEN = "interlock overridden: ";
    private static final String FORCED = "forced: ";

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOption cluster;

    @Mixin
    private OutputOption output;

    @Parameters(arity = "0..1", paramLabel = "N", description = "The replica to recover.")
    private Optional<Integer> one = Optional.empty();

    @Option(names = "--all", description = "Every replica of this host, one after another; with --wait only.")
    private boolean all;

    @Option(names = "--wait", description = "Wait until it is ready again; show each step as it passes.")
    private boolean wait;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the audit log.")
    private String reason = "recover-now";

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "How long to wait for each; 2m if not given. The recovery itself goes on after that.")
    private Duration timeout = Duration.ofMinutes(2);

    @Option(
            names = "--override-interlock",
            description = "Recover although too few others are ready: the service may stop. Goes into the audit log.")
    private boolean override;

    @Option(
            names = "--force",
            description =
                    "Kill it even if it does not save in time: it then has no votes for a while. Goes into the audit"
                            + " log.")
    private boolean force;

    @Override
    public Integer call() throws CommandException, ConfigException, IOException, InterruptedException {
        if (all == one.isPresent()) {
            throw new CommandException(ExitCode.USAGE, "give the number of one replica, or --all");
        }
        if (all && !wait) {
            throw new CommandException(ExitCode.USAGE, "--all recovers one after another; give --wait too");
        }
        Watchdogs watchdogs = new Watchdogs(cluster.existing(), cluster.config());
        List<Integer> replicas = all ? watchdogs.here() : List.of(one.orElseThrow());
        for (int replica : replicas) {
            ReplicaNumber.check(replica, watchdogs.here(), cluster.folder());
        }
        Interlock interlock = new Interlock(cluster.folder(), watchdogs);
        for (int replica : replicas) {
            if (all) {
                interlock.awaitRoomFor(replica, timeout);
            }
            recover(watchdogs, interlock, replica);
        }
        return ExitCode.OK.code();
    }

    private void recover(Watchdogs watchdogs, Interlock interlock, int replica)
            throws CommandException, IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (Interlock.Turn turn = interlock.take()) {
            if (override) {
                watchdogs.client(replica).override(reason);
            } else {
                interlock.check(replica);
            }
            String text = (override ? OVERRIDDEN : "") + (force ? FORCED : "") + reason;
            IfNotSaved ifNotSaved = force ? IfNotSaved.KILL : IfNotSaved.REFUSE;
            if (!wait) {
                watchdogs.client(replica).startRecovery(text, ifNotSaved, timeout);
                out.println(output.json() ? started(replica) : "replica " + replica + " is being recovered");
                return;
            }
            RecoveryReport report = watchdogs.client(replica).recoverNow(text, ifNotSaved, timeout, step -> {
                // From its first step on, everybody can see that the recovery is in progress.
                turn.end();
                if (!output.json()) {
                    out.printf("replica %d  %-12s %6d ms%n", replica, step.name(), step.millis());
                    out.flush();
                }
            });
            say(out, replica, report);
        }
    }

    private void say(PrintWriter out, int replica, RecoveryReport report) throws CommandException {
        if (output.json()) {
            out.println(Json.versioned().put("replica", replica).put("recovery", StatusCommand.json(report)));
        } else if (report.done()) {
            out.println("replica " + replica + " recovered in " + report.totalMillis() + " ms");
        }
        if (!report.done()) {
            throw new CommandException(
                    ExitCode.DEGRADED, "replica " + replica + " is not ready after its recovery; see: bft status");
        }
    }

    private static Json started(int replica) {
        return Json.versioned().put("replica", replica).put("recovering", true);
    }
}
