package dev.bft.cli;

import dev.bft.cli.bench.CounterLoad;
import dev.bft.cli.bench.Sample;
import dev.bft.keystore.ClientIdentity;
import dev.bft.keystore.ClusterConfig.Durability;
import dev.bft.keystore.ClusterConfig.ServiceKind;
import dev.bft.keystore.ConfigException;
import dev.bft.watchdog.IfNotSaved;
import dev.bft.watchdog.RecoveryReport;
import dev.bft.watchdog.WatchdogRefusalException;
import dev.bft.watchdog.audit.AuditKind;
import dev.bft.watchdog.audit.AuditLine;
import dev.bft.watchdog.audit.AuditQuery;
import dev.bft.watchdog.audit.AuditTail;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The story of the demo: each step says what it does, does it, and notes the promises that were broken. */
final class Demo {

    private static final int CLIENTS = 8;
    private static final int FIRST = 1;
    private static final int SECOND = 2;
    private static final int AUDIT_LINES = 14;

    /** The life of the replicas; their key refreshes would hide it. */
    private static final Set<String> AUDIT_KINDS = Set.of(
            AuditKind.BOOT, AuditKind.READY, AuditKind.RECOVERY, AuditKind.REFUSAL, AuditKind.CRASH, AuditKind.ALARM);

    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final Duration RECOVERY = Duration.ofSeconds(30);
    private static final Duration QUIET = Duration.ofMillis(500);
    private static final Duration SAME = Duration.ofSeconds(20);
    private static final long POLL_MILLIS = 100;

    private final PrintWriter out;
    private final long start = System.nanoTime();
    private final List<String> broken = new ArrayList<>();

    Demo(PrintWriter out) {
        this.out = out;
    }

    /** Runs it; returns each promise that was broken. */
    List<String> run() throws CommandException, ConfigException, IOException, InterruptedException {
        List<String> names =
                IntStream.range(0, CLIENTS).mapToObj(i -> "client-" + i).toList();
        try (ThrowawayCluster cluster = ThrowawayCluster.make(ServiceKind.KV, names, Durability.DISK)) {
            say("made a cluster of 4 replicas, of which 1 may be faulty, in "
                    + cluster.folder().root());
            cluster.start();
            say("started: 4 watchdogs, 4 coprocessors, 4 replicas, each booted from a copy of the clean image");
            List<ClientIdentity> identities = new ArrayList<>();
            for (String name : names) {
                identities.add(ClientIdentity.load(cluster.folder().client(name)));
            }
            CounterLoad.Result result = underLoad(cluster, identities);
            broken.addAll(result.problems());
            awaitSameState(cluster);
            StatusCommand.table(cluster.local().watchdogs().view()).lines().forEach(line -> out.println("    " + line));
            showAudit(cluster);
            showFigures(result.sample());
        }
        say("stopped and removed everything");
        say(broken.isEmpty() ? "every promise was kept" : broken.size() + " promises were broken");
        return broken;
    }

    private CounterLoad.Result underLoad(ThrowawayCluster cluster, List<ClientIdentity> identities)
            throws IOException, InterruptedException, ConfigException, CommandException {
        try (CounterLoad load = CounterLoad.start(cluster.config(), identities, DEADLINE)) {
            say(CLIENTS + " clients count without pause, each from one number to the next by compare-and-set");
            Thread.sleep(QUIET.toMillis());
            recover(cluster, load, FIRST);
            try (TamperedImage tampered = TamperedImage.of(cluster.folder().image())) {
                say("changed one byte of " + tampered.file());
                expectRefusal(cluster, tampered);
            }
            say("put the byte back");
            recover(cluster, load, SECOND);
            Thread.sleep(QUIET.toMillis());
            CounterLoad.Result result = load.stop();
            say("stopped the load; " + Figures.count(result.sample().latencies().count()) + " operations, "
                    + (result.problems().isEmpty()
                            ? "every one answered in time, every counter reads back right"
                            : result.problems().size() + " of them went wrong"));
            return result;
        }
    }

    private void recover(ThrowawayCluster cluster, CounterLoad load, int replica)
            throws IOException, InterruptedException, CommandException {
        cluster.local()
                .awaitReady(
                        cluster.local().watchdogs().here(),
                        cluster.config().cluster().n(),
                        RECOVERY,
                        RECOVERY);
        long before = load.completed();
        say("recovering replica " + replica + " under load");
        RecoveryReport report =
                cluster.local().watchdogs().client(replica).recoverNow("demo", IfNotSaved.REFUSE, RECOVERY, step -> {});
        String steps = report.steps().stream()
                .map(step -> step.name() + " " + step.millis())
                .collect(Collectors.joining(", "));
        long during = load.completed() - before;
        say("  recovered in " + report.totalMillis() + " ms (" + steps + "); meanwhile " + Figures.count(during)
                + " operations completed");
        require(report.done(), "replica " + replica + " is not ready after its recovery");
        require(during > 0, "no operation completed while replica " + replica + " was recovered");
    }

    private void expectRefusal(ThrowawayCluster cluster, TamperedImage tampered) throws IOException {
        try {
            cluster.local().watchdogs().client(SECOND).recoverNow("demo", IfNotSaved.REFUSE, RECOVERY, step -> {});
            broken.add("replica " + SECOND + " was recovered from a tampered image");
        } catch (WatchdogRefusalException e) {
            String reason = String.valueOf(e.getMessage());
            say("  its watchdog refuses to boot replica " + SECOND + " from that: " + reason);
            require(
                    e.kind() == WatchdogRefusalException.Cause.IMAGE && reason.contains(tampered.name()),
                    "the refusal does not name the tampered file");
        }
    }

    /** With the load gone, all four must come to one stable checkpoint with one digest. */
    private void awaitSameState(ThrowawayCluster cluster) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + SAME.toNanos();
        Set<String> digests = digests(cluster);
        while (digests.size() != 1 && System.nanoTime() - deadline < 0) {
            Thread.sleep(POLL_MILLIS);
            digests = digests(cluster);
        }
        require(digests.size() == 1, "the replicas do not report one stable checkpoint: " + digests);
        if (digests.size() == 1) {
            say("all four replicas report the same stable checkpoint with the same digest");
        }
    }

    private static Set<String> digests(ThrowawayCluster cluster) throws IOException, InterruptedException {
        return cluster.local().watchdogs().view().members().stream()
                .map(member -> member.claim()
                        .map(claim -> claim.stable() + ":" + claim.digest())
                        .orElse("replica " + member.id() + " says nothing"))
                .collect(Collectors.toSet());
    }

    private void showAudit(ThrowawayCluster cluster) throws InterruptedException {
        say("the audit log, which the watchdogs alone write:");
        List<AuditTail.Place> places = cluster.local().watchdogs().here().stream()
                .map(id -> new AuditTail.Place(id, cluster.folder().audit(id)))
                .toList();
        AuditQuery query = new AuditQuery(AUDIT_LINES, false, AUDIT_KINDS, Optional.empty());
        try (AuditTail tail = AuditTail.open(places, query)) {
            while (!tail.hasEnded()) {
                Optional<AuditLine> line = tail.next(DEADLINE);
                line.ifPresent(found -> out.println("    " + found.text()));
                require(line.filter(AuditLine.Finding.class::isInstance).isEmpty(), "the audit log is damaged");
            }
        }
    }

    private void showFigures(Sample sample) {
        say("figures: " + Figures.decimal(sample.opsPerSecond(), 0) + " operations per second with " + CLIENTS
                + " clients, recoveries included");
        say("  latency p50 " + Figures.decimal(sample.p50Micros() / 1000, 2) + " ms, p99 "
                + Figures.decimal(sample.latencies().quantile(0.99) / 1e6, 2) + " ms, longest "
                + Figures.decimal(sample.latencies().max() / 1e6, 1) + " ms; longest time without an operation "
                + Figures.decimal(sample.maxGapNanos() / 1e6, 1) + " ms");
        require(sample.latencies().max() <= DEADLINE.toNanos(), "an operation took longer than 5 s");
        require(sample.errors() == 0, sample.errors() + " operations failed");
    }

    private void require(boolean kept, String otherwise) {
        if (!kept) {
            broken.add(otherwise);
        }
    }

    private void say(String line) {
        double seconds = (System.nanoTime() - start) / 1e9;
        out.println("[" + Figures.decimal(seconds, 1) + " s] " + line);
        out.flush();
    }
}
