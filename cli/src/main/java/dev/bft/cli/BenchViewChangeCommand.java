package dev.bft.cli;

import dev.bft.cli.bench.Histogram;
import dev.bft.cli.bench.Pinger;
import dev.bft.cli.bench.Profile;
import dev.bft.client.BftClient;
import dev.bft.keystore.ClientIdentity;
import dev.bft.keystore.ClusterConfig.Durability;
import dev.bft.keystore.ClusterConfig.ServiceKind;
import dev.bft.keystore.ConfigException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures view changes. */
@Command(
        name = "viewchange",
        description = {
            "Measure view changes: a cluster of its own, whose primaries hand over round the ring.",
            "It begins with the cluster unused, which is what is called an idle one elsewhere: how long each replica was"
                    + " without a view, and the first time apart. Then a client warms it up; the same while the client is away again, with what it has left in"
                    + " the logs since the last stable checkpoint; and past a client that sends"
                    + " one operation after another: how long its longest wait was at each hand-over, and in as many times"
                    + " without one.",
            "All but the first are measured once the compilers of the replicas have come to rest. That is waited for twice as"
                    + " many seconds as there are hand-overs of a kind, four minutes at most, and said if it was not seen."
        })
@Manual(
        examples = {
            "bft bench viewchange", "four replicas, votes on disk",
            "bft bench viewchange --replicas 7 -o json", "seven; for a program",
            "bft bench viewchange --hand-overs 1000 --durability memory", "more of them, votes in memory"
        },
        exits = {
            ExitCode.CONFIG,
            ExitCode.UNREACHABLE,
            ExitCode.TIMEOUT,
            ExitCode.NO_QUORUM,
            ExitCode.DEGRADED,
            ExitCode.VERIFICATION
        },
        meanings = "7: some operations failed")
final class BenchViewChangeCommand implements Callable<Integer> {

    private static final String CLIENT = "bench-0";
    private static final double MEDIAN = 0.5;
    private static final double P99 = 0.99;
    private static final double MILLI = 1e6;
    private static final double MICRO = 1e3;
    private static final int HAND_OVERS_MAX = 10_000;

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Option(names = "--replicas", paramLabel = "N", description = "3f+1 replicas, such as 4 or 7; 4 if not given.")
    private int replicas = 4;

    @Option(names = "--hand-overs", paramLabel = "N", description = "So many of each kind; 100 if not given.")
    private int handOvers = 100;

    @Option(
            names = "--durability",
            paramLabel = "WHERE",
            description = "Where votes are before a message leaves: disk or memory; disk if not given.")
    private Durability durability = Durability.DISK;

    @Override
    public Integer call() throws CommandException, ConfigException, IOException, InterruptedException {
        if (replicas < 4 || replicas % 3 != 1 || replicas > 31 || handOvers < 1 || handOvers > HAND_OVERS_MAX) {
            throw new CommandException(
                    ExitCode.USAGE, "--replicas is 3f+1, 4 to 31; --hand-overs 1 to " + HAND_OVERS_MAX);
        }
        try (ThrowawayCluster own = ThrowawayCluster.make(replicas, ServiceKind.NULL, List.of(CLIENT), durability)) {
            own.start();
            ViewChangeBench bench =
                    new ViewChangeBench(own.local().watchdogs(), handOvers, Terminal.progress(spec.commandLine()));
            bench.unusedCluster();
            Pinger warm = pinger(own);
            try (warm) {
                bench.warmUp();
            }
            bench.usedCluster();
            Pinger pinger = pinger(own);
            try (pinger) {
                bench.past(pinger);
            }
            long errors = warm.errors() + pinger.errors();
            say(bench, pinger, errors);
            return errors == 0 ? ExitCode.OK.code() : ExitCode.DEGRADED.code();
        }
    }

    private static Pinger pinger(ThrowawayCluster own) throws ConfigException, IOException, InterruptedException {
        ClientIdentity identity = ClientIdentity.load(own.folder().client(CLIENT));
        byte[] operation = Profile.parse("0/0").orElseThrow().operation();
        return Pinger.start(BftClient.connect(own.config(), identity, 1), operation);
    }

    private void say(ViewChangeBench bench, Pinger pinger, long errors) {
        PrintWriter out = spec.commandLine().getOut();
        String where = durability.name().toLowerCase(Locale.ROOT);
        Histogram ping = pinger.latencies();
        if (output.json()) {
            Json json = Json.versioned()
                    .put("mode", "viewchange")
                    .put("replicas", replicas)
                    .put("durability", where)
                    .put("hand_overs", handOvers)
                    .put("errors", errors)
                    .put("warm", bench.warm())
                    .put("first_view_change_us", bench.firstMicros());
            put(json, "view_change", bench.unused());
            put(json, "view_change_used", bench.used());
            put(json, "client", bench.client());
            put(json, "client_undisturbed", bench.undisturbed());
            out.println(json.put("ping_p50_us", ping.quantile(MEDIAN) / MICRO, 1));
            return;
        }
        out.println("viewchange, " + replicas + " replicas, votes on " + where + ", " + handOvers
                + " hand-overs of each kind; " + ping.count() + " operations, median "
                + Figures.decimal(ping.quantile(MEDIAN) / MILLI, 1) + " ms, " + errors + " errors");
        if (!bench.warm()) {
            out.println("not warm: the compilers of the replicas were still at work");
        }
        Table table = new Table("", "P50", "P99", "MAX");
        table.row(
                "a replica without a view, the first time, ms",
                "",
                "",
                Figures.decimal(bench.firstMicros() / MICRO, 1));
        row(table, "a replica without a view, unused, ms", bench.unused());
        row(table, "a replica without a view, idle, ms", bench.used());
        row(table, "longest wait of a client, ms", bench.client());
        row(table, "  without a hand-over", bench.undisturbed());
        table.lines().forEach(out::println);
    }

    private static void put(Json json, String name, Histogram figures) {
        json.put(name + "_p50_us", figures.quantile(MEDIAN) / MICRO, 1)
                .put(name + "_p99_us", figures.quantile(P99) / MICRO, 1)
                .put(name + "_max_us", figures.max() / MICRO, 1);
    }

    private static void row(Table table, String name, Histogram figures) {
        table.row(
                name,
                Figures.decimal(figures.quantile(MEDIAN) / MILLI, 1),
                Figures.decimal(figures.quantile(P99) / MILLI, 1),
                Figures.decimal(figures.max() / MILLI, 1));
    }
}
