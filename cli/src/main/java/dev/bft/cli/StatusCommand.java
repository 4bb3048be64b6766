package dev.bft.cli;

import dev.bft.coprocessor.ReplicaReport.StatusReport;
import dev.bft.keystore.ConfigException;
import dev.bft.watchdog.RecoveryReport;
import dev.bft.watchdog.WatchdogStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows every replica and the cluster. */
@Command(
        name = "status",
        description = {
            "Show each replica of this host and the cluster, as the watchdogs see them.",
            "View, last batch executed, stable checkpoint and its digest are what the replica says of itself, and so is"
                    + " whether it is ready, amnesiac or in view-change; the rest is its watchdog's own knowledge.",
            "A replica that takes part but says that it has lost its votes is amnesiac: it counts as not ready, since"
                    + " nothing that needs its vote executes.",
            "A replica that has left a view and is not in the next yet is in view-change; it goes on by itself once 2f+1"
                    + " replicas reach each other."
        })
@Manual(
        examples = {
            "bft status", "a table",
            "bft status --watch", "the table, once a second until Ctrl-C",
            "bft status -o json", "one JSON object, for a program"
        },
        exits = {ExitCode.CONFIG, ExitCode.UNREACHABLE, ExitCode.NO_QUORUM, ExitCode.DEGRADED, ExitCode.INTERRUPTED})
final class StatusCommand implements Callable<Integer> {

    private static final long WATCH_MILLIS = 1000;
    private static final int DIGEST_SHOWN = 12;
    private static final String NONE = "-";
    private static final String CLEAR_SCREEN = "\033[H\033[2J";

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOption cluster;

    @Mixin
    private OutputOption output;

    @Option(names = "--watch", description = "Show it again every second until interrupted.")
    private boolean watch;

    @Override
    public Integer call() throws CommandException, ConfigException, IOException, InterruptedException {
        Watchdogs watchdogs = new Watchdogs(cluster.existing(), cluster.config());
        PrintWriter out = spec.commandLine().getOut();
        ClusterView view = watchdogs.view();
        show(out, view);
        while (watch && !out.checkError()) {
            Thread.sleep(WATCH_MILLIS);
            view = watchdogs.view();
            show(out, view);
        }
        ExitCode exit = view.exit();
        if (exit == ExitCode.UNREACHABLE) {
            throw new CommandException(
                    exit,
                    "no watchdog of " + cluster.folder().root() + " answers; start them with: bft start --detach");
        }
        return exit.code();
    }

    private void show(PrintWriter out, ClusterView view) {
        if (output.json()) {
            out.println(json(view));
        } else {
            out.print(watch && Terminal.showsOutput() ? CLEAR_SCREEN : "");
            table(view).lines().forEach(out::println);
            out.println();
            out.println(summary(view));
            view.members().stream()
                    .filter(member -> !member.problem().isEmpty())
                    .forEach(member -> out.println("replica " + member.id() + ": " + member.problem()));
        }
        out.flush();
    }

    /** The cluster in the fields that programs rely on. */
    static Json json(ClusterView view) {
        return Json.versioned()
                .put("n", view.n())
                .put("f", view.f())
                .put("quorum", view.quorum())
                .put("primary", view.primary())
                .put("view", view.view())
                .put(
                        "replicas",
                        view.members().stream().map(StatusCommand::json).toList());
    }

    private static Json json(ClusterView.Member member) {
        Optional<StatusReport> claim = member.claim();
        Optional<WatchdogStatus> status = member.status();
        return new Json()
                .put("id", member.id())
                .put("phase", member.phase())
                .put("view", number(claim.map(StatusReport::view)))
                .put("executed", number(claim.map(StatusReport::executed)))
                .put("stable", number(claim.map(StatusReport::stable)))
                .put("digest", claim.map(StatusReport::digest).orElse(""))
                .put("pid", status.map(s -> s.process().pid()).orElse(0))
                .put("watchdog_pid", status.map(s -> s.watchdog().pid()).orElse(0))
                .put("isolation", status.map(WatchdogStatus::isolation).orElse(""))
                .put("image", status.map(WatchdogStatus::image).orElse(""))
                .put(
                        "last_recovery",
                        status.flatMap(WatchdogStatus::lastRecovery).map(StatusCommand::json));
    }

    /** A recovery with the time of each step. */
    static Json json(RecoveryReport report) {
        return new Json()
                .put("tick", report.tick())
                .put("reason", report.reason())
                .put("start", Instant.ofEpochMilli(report.startMillis()).toString())
                .put("done", report.done())
                .put("total_ms", report.totalMillis())
                .put(
                        "steps",
                        report.steps().stream()
                                .map(step -> new Json().put("name", step.name()).put("ms", step.millis()))
                                .toList());
    }

    private static OptionalLong number(Optional<Long> value) {
        return value.map(OptionalLong::of).orElse(OptionalLong.empty());
    }

    static Table table(ClusterView view) {
        Table table = new Table(
                "ID",
                "PHASE",
                "VIEW",
                "EXECUTED",
                "STABLE",
                "DIGEST",
                "PID",
                "WATCHDOG",
                "ISOLATION",
                "IMAGE",
                "LAST RECOVERY");
        for (ClusterView.Member member : view.members()) {
            Optional<StatusReport> claim = member.claim();
            Optional<WatchdogStatus> status = member.status();
            table.row(
                    String.valueOf(member.id()),
                    member.phase(),
                    claim.map(c -> String.valueOf(c.view())).orElse(NONE),
                    claim.map(c -> String.valueOf(c.executed())).orElse(NONE),
                    claim.map(c -> String.valueOf(c.stable())).orElse(NONE),
                    claim.map(c -> shortened(c.digest())).orElse(NONE),
                    status.map(s -> pid(s.process().pid())).orElse(NONE),
                    status.map(s -> pid(s.watchdog().pid())).orElse(NONE),
                    status.map(WatchdogStatus::isolation).orElse(NONE),
                    status.map(s -> shortened(s.image())).orElse(NONE),
                    status.flatMap(WatchdogStatus::lastRecovery)
                            .map(StatusCommand::age)
                            .orElse(NONE));
        }
        return table;
    }

    private static String summary(ClusterView view) {
        String primary = view.primary().isPresent()
                ? "primary " + view.primary().getAsLong() + ", view "
                        + view.view().orElse(0)
                : "primary not known";
        String amnesiacs = view.amnesiacs() == 0 ? "" : ", " + view.amnesiacs() + " amnesiac";
        return view.ready() + " of " + view.n() + " replicas ready" + amnesiacs + ", f " + view.f() + ", quorum "
                + view.quorum() + ", " + primary;
    }

    private static String pid(int pid) {
        return pid == 0 ? NONE : String.valueOf(pid);
    }

    private static String shortened(String digest) {
        return digest.isEmpty() ? NONE : digest.substring(0, Math.min(DIGEST_SHOWN, digest.length()));
    }

    private static String age(RecoveryReport report) {
        Duration ago = Duration.between(Instant.ofEpochMilli(report.startMillis()), Instant.now());
        String when = Math.max(0, ago.toSeconds()) + " s ago";
        return report.done() ? when + ", took " + report.totalMillis() + " ms" : when + ", in progress";
    }
}
