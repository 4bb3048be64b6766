package dev.bft.cli;

import dev.bft.client.BftClient;
import dev.bft.keystore.ClientIdentity;
import dev.bft.keystore.ClusterConfig.Durability;
import dev.bft.keystore.ClusterConfig.ServiceKind;
import dev.bft.keystore.ConfigException;
import dev.bft.keystore.Sizes;
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

/** Measures state transfers. */
@Command(
        name = "transfer",
        description = {
            "Measure how a replica fetches a state: a cluster of four of its own, whose state is filled through a client; then"
                    + " one replica is stopped, its files are taken away, and it is started again.",
            "Told are the time from its first FETCH until all of the state was there, until it was on disk and the replica went"
                    + " on from it, and from its start until it had executed what the others had; and the CPU time of all."
        })
@Manual(
        examples = {
            "bft bench transfer", "64 MiB, votes on disk",
            "bft bench transfer --state 196MiB --durability memory",
                    "as much as the paper's Andrew100; votes in memory",
            "bft bench transfer --state 1GiB --rounds 3 -o json", "a gigabyte, three times; for a program"
        },
        exits = {
            ExitCode.CONFIG,
            ExitCode.UNREACHABLE,
            ExitCode.TIMEOUT,
            ExitCode.NO_QUORUM,
            ExitCode.DEGRADED,
            ExitCode.VERIFICATION
        },
        meanings = "7: the state could not be filled")
final class BenchTransferCommand implements Callable<Integer> {

    private static final String CLIENT = "bench-0";
    private static final long PAGE = 4096;
    private static final double MICRO = 1e6;
    private static final double MEGA = 1e6;
    private static final int ROUNDS_MAX = 100;
    private static final int REPLICAS = 4;
    private static final long STATE_MIN = 4L << 20;
    private static final long STATE_MAX = 4L << 30;

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Option(
            names = "--state",
            paramLabel = "SIZE",
            description = "The size of the state, most of which is filled: 4MiB to 4GiB; 64MiB if not given.")
    private String state = "64MiB";

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "So many transfers, one after the other; 3 if not given.")
    private int rounds = 3;

    @Option(
            names = "--durability",
            paramLabel = "WHERE",
            description = "Where votes are before a message leaves: disk or memory; disk if not given.")
    private Durability durability = Durability.DISK;

    @Override
    public Integer call() throws CommandException, ConfigException, IOException, InterruptedException {
        long bytes = Sizes.parse(state).orElse(0) / PAGE * PAGE;
        if (bytes < STATE_MIN || bytes > STATE_MAX || rounds < 1 || rounds > ROUNDS_MAX) {
            throw new CommandException(
                    ExitCode.USAGE, "--state is 4MiB to 4GiB, such as 64MiB; --rounds 1 to " + ROUNDS_MAX);
        }
        try (ThrowawayCluster own = ThrowawayCluster.make(
                REPLICAS,
                ServiceKind.KV,
                List.of(CLIENT),
                made -> ThrowawayCluster.withState(ThrowawayCluster.withDurability(made, durability), bytes))) {
            own.start();
            TransferBench bench = new TransferBench(own, Terminal.progress(spec.commandLine()));
            ClientIdentity identity = ClientIdentity.load(own.folder().client(CLIENT));
            long filled;
            try (BftClient client = BftClient.connect(own.config(), identity, 1)) {
                filled = bench.fill(client, bytes);
                bench.settle(client, own.config().protocol().checkpointPeriod());
            }
            for (int round = 0; round < rounds; round++) {
                say(filled, bench.transfer());
            }
            return ExitCode.OK.code();
        }
    }

    private void say(long filled, TransferBench.Taken figures) {
        PrintWriter out = spec.commandLine().getOut();
        String where = durability.name().toLowerCase(Locale.ROOT);
        double megabytes = figures.pages() * PAGE / MEGA;
        double fetchRate = megabytes / (figures.fetchMicros() / MICRO);
        double rate = megabytes / (figures.transferMicros() / MICRO);
        double cpu = figures.cpuMicros() / (double) Math.max(1, figures.pages());
        double fetcherCpu = figures.fetcherCpuMicros() / (double) Math.max(1, figures.pages());
        if (output.json()) {
            out.println(Json.versioned()
                    .put("mode", "transfer")
                    .put("durability", where)
                    .put("filled_bytes", filled)
                    .put("pages", figures.pages())
                    .put("fetch_us", figures.fetchMicros())
                    .put("transfer_us", figures.transferMicros())
                    .put("up_us", figures.upMicros())
                    .put("fetch_mb_per_s", fetchRate, 1)
                    .put("mb_per_s", rate, 1)
                    .put("cpu_us_per_page", cpu, 1)
                    .put("fetcher_cpu_us_per_page", fetcherCpu, 1));
        } else {
            out.println("transfer, votes on " + where + ": " + Figures.decimal(megabytes, 1) + " MB, fetched in "
                    + Figures.decimal(figures.fetchMicros() / MICRO, 2) + " s (" + Figures.decimal(fetchRate, 0)
                    + " MB/s), on disk and going on after " + Figures.decimal(figures.transferMicros() / MICRO, 2)
                    + " s (" + Figures.decimal(rate, 0) + " MB/s), " + Figures.decimal(figures.upMicros() / MICRO, 2)
                    + " s after its start; CPU us per page: " + Figures.decimal(fetcherCpu, 1)
                    + " of the one that fetched, " + Figures.decimal(cpu, 1) + " of all with its start");
        }
        out.flush();
    }
}
