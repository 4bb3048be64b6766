package dev.bft.cli;

import dev.bft.keystore.ClusterFolder;
import dev.bft.keystore.ConfigException;
import dev.bft.watchdog.audit.AuditLine;
import dev.bft.watchdog.audit.AuditQuery;
import dev.bft.watchdog.audit.AuditTail;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the newest records of the audit logs. */
@Command(
        name = "tail",
        description = {
            "Show the newest records of the audit logs of this host, in the order of time.",
            "Each log's hash chain is checked. What is damaged or missing is shown as a finding, and the exit code is 8."
        })
@Manual(
        examples = {
            "bft audit tail", "the newest 20 records",
            "bft audit tail -f --replica 2", "replica 2's, and every new one until Ctrl-C",
            "bft audit tail -n 1000 --type recovery --since 1h -o json", "recoveries of the last hour"
        },
        exits = {ExitCode.CONFIG, ExitCode.VERIFICATION, ExitCode.INTERRUPTED})
final class AuditTailCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOption cluster;

    @Mixin
    private OutputOption output;

    @Option(names = "-f", description = "Go on with what is written from now on, until interrupted.")
    private boolean follow;

    @Option(names = "-n", paramLabel = "N", description = "How many of the newest records; 20 if not given.")
    private int last = 20;

    @Option(names = "--replica", paramLabel = "N", description = "The log of this replica alone.")
    private Optional<Integer> replica = Optional.empty();

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            split = ",",
            description =
                    "Records of these types alone: start, boot, ready, hand-over, recovery, crash, refusal, alarm,"
                            + " stop, override; and claims of the replica: key-refresh, view, transfer, amnesia, storage,"
                            + " alarm, or any other word of a faulty one.")
    private Set<String> types = Set.of();

    @Option(
            names = "--since",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "Records that are not older than this.")
    private Optional<Duration> since = Optional.empty();

    @Override
    public Integer call() throws CommandException, ConfigException, InterruptedException {
        if (last < 0 || last > AuditQuery.LAST_MAX) {
            throw new CommandException(ExitCode.USAGE, "-n: 0 to " + AuditQuery.LAST_MAX + " records can be shown");
        }
        Optional<Instant> oldest = since.map(Instant.now()::minus);
        AuditQuery query = new AuditQuery(last, follow, types, oldest);
        PrintWriter out = spec.commandLine().getOut();
        int findings = 0;
        try (AuditTail tail = AuditTail.open(places(), query)) {
            while (!tail.hasEnded() && !out.checkError()) {
                Optional<AuditLine> line = tail.next(PATIENCE);
                line.map(found -> output.json() ? found.json() : found.text()).ifPresent(out::println);
                findings += line.filter(AuditLine.Finding.class::isInstance).isPresent() ? 1 : 0;
            }
        }
        out.flush();
        if (findings > 0) {
            throw new CommandException(
                    ExitCode.VERIFICATION,
                    "the audit log is not whole: " + findings
                            + " findings above; keep the folder and look at the host");
        }
        return ExitCode.OK.code();
    }

    private List<AuditTail.Place> places() throws CommandException, ConfigException {
        ClusterFolder folder = cluster.existing();
        List<Integer> here = cluster.config().replicas().stream()
                .map(member -> member.id())
                .filter(id -> Files.isDirectory(folder.replica(id)))
                .toList();
        if (replica.isPresent()) {
            ReplicaNumber.check(replica.get(), here, folder);
        }
        return here.stream()
                .filter(id -> replica.isEmpty() || replica.get().equals(id))
                .map(id -> new AuditTail.Place(id, folder.audit(id)))
                .toList();
    }
}
