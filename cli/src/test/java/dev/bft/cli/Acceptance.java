package dev.bft.cli;

import dev.bft.cli.bench.CounterLoad;
import dev.bft.cli.bench.Sample;
import dev.bft.watchdog.ProcessUse;
import dev.bft.watchdog.WatchdogStatus;
import dev.bft.watchdog.image.ImageTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * The parts of {@code .ci/acceptance} that need a load of their own: {@code recover}, {@code kill}, {@code primaries},
 * {@code network}, {@code pause}, {@code empty} and {@code figures}; and those of hostile clients and replicas, {@code hostile},
 * {@code flood} and {@code pairs}. Each prints what it saw and ends with a line "ok" or throws.
 */
final class Acceptance {

    private static final int KILLS = Integer.getInteger("kills", 20);
    private static final int PRIMARIES = Integer.getInteger("kills", 50);
    private static final long WARM_UP = 3000;
    private static final long PAUSE_MILLIS = 30_000;
    private static final double BACK_MILLIS_MAX = 3000;
    private static final int EMPTIED = 3;
    private static final NetworkDrill.Plan NETWORK = new NetworkDrill.Plan(12, 6, 3000, 1000);
    private static final long DURING_MIN = 500;
    private static final double MILLI = 1e6;
    private static final double STALL_MILLIS_MAX = 500;

    /** How old a watchdog's figure of a process's own share may be, and a little more. */
    private static final long SHARE_AGE = 11_000;

    private static final long MEBIBYTE = 1L << 20;

    private final TestCluster cluster;

    private Acceptance(TestCluster cluster) {
        this.cluster = cluster;
    }

    /** Runs one part. */
    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("bft-acceptance-");
        if (args.length == 1 && args[0].equals("network")) {
            try {
                NetworkDrill.run(folder, NETWORK);
                System.out.println("ok");
            } finally {
                ImageTree.delete(folder);
            }
            return;
        }
        if (args.length == 1 && List.of("hostile", "flood", "pairs").contains(args[0])) {
            hostile(args[0], folder);
            return;
        }
        TestCluster cluster = TestCluster.made(Shell.in(folder));
        try {
            cluster.start();
            Acceptance acceptance = new Acceptance(cluster);
            switch (args.length == 1 ? args[0] : "") {
                case "recover" -> acceptance.recover();
                case "kill" -> acceptance.kill();
                case "primaries" -> acceptance.primaries();
                case "pause" -> acceptance.pause();
                case "empty" -> acceptance.empty();
                case "figures" -> acceptance.figures();
                default ->
                    throw new IllegalArgumentException("recover, kill, primaries, network, pause, empty or figures");
            }
            System.out.println("ok");
        } finally {
            cluster.close();
            ImageTree.delete(folder);
        }
    }

    /** The parts that make clusters of their own. */
    private static void hostile(String part, Path folder) throws Exception {
        try {
            List<String> failures =
                    switch (part) {
                        case "hostile" -> HostileDrill.clients(folder, HostileDrill.Plan.whole());
                        case "flood" -> HostileDrill.replica(folder);
                        default -> PairsDrill.run(folder);
                    };
            require(failures.isEmpty(), String.join("; ", failures));
            System.out.println("ok");
        } finally {
            ImageTree.delete(folder);
        }
    }

    /** Eight clients put without pause while each replica in turn is recovered. */
    private void recover() throws Exception {
        try (CounterLoad load = cluster.load()) {
            // A backup, then whoever is primary: each hands its view over to the next.
            for (int replica : List.of(3, 0, 1, 2)) {
                boolean primary = cluster.primary() == replica;
                long begun = load.completed();
                require(begun > 0, "the load runs before the recovery");
                String said = cluster.must("recover-now", String.valueOf(replica), "--wait", "-o", "json");
                long during = load.completed() - begun;
                System.out.println("replica " + replica + (primary ? " (primary): " : ": ") + during
                        + " operations completed during its recovery; " + steps(said));
                require(during >= DURING_MIN, "at least " + DURING_MIN + " operations during the recovery");
                awaitMore(load);
            }
            finish(load);
        }
        cluster.awaitSameState();
        WatchdogStatus any = cluster.status(0);
        System.out.println("all four report stable checkpoint "
                + any.claim()
                        .map(claim -> claim.stable() + " digest " + claim.digest())
                        .orElse("none"));
    }

    private static String steps(String json) {
        Map<String, Object> recovery = JsonReader.objectIn(JsonReader.object(json), "recovery");
        return recovery.get("total_ms") + " ms: "
                + JsonReader.objects(recovery, "steps").stream()
                        .map(step -> step.get("name") + " " + step.get("ms"))
                        .collect(Collectors.joining(", "));
    }

    /** kill -9 of any replica at any time, then of all at once. */
    private void kill() throws Exception {
        Random random = new Random(1);
        for (int kill = 1; kill <= KILLS; kill++) {
            int primary = cluster.primary();
            int replica = kill % 4 == 0 ? primary : (primary + 1 + random.nextInt(3)) % 4;
            try (CounterLoad load = cluster.load()) {
                Thread.sleep(200L + random.nextInt(800));
                cluster.awaitRebooted(replica, cluster.killReplica(replica));
                awaitMore(load);
                CounterLoad.Result result = load.stop();
                double stall = result.sample().maxGapNanos() / MILLI;
                System.out.printf(
                        "kill %d, replica %d%s: longest time without an operation %.0f ms, %d operations, %d lost or"
                                + " twice%n",
                        kill,
                        replica,
                        replica == primary ? " (primary)" : "",
                        stall,
                        result.sample().latencies().count(),
                        result.problems().size());
                require(result.problems().isEmpty(), "no problem: " + result.problems());
                require(stall <= STALL_MILLIS_MAX, "at most " + STALL_MILLIS_MAX + " ms without one" + recent());
            }
        }
        killAll();
    }

    /** kill -9 of the primary, round and round the ring: the bound is on what any client waits. */
    private void primaries() throws Exception {
        try (CounterLoad warm = cluster.load()) {
            KilledPrimary.awaitMore(warm, WARM_UP);
            warm.stop();
        }
        List<Double> stalls = new ArrayList<>();
        for (int kill = 1; kill <= PRIMARIES; kill++) {
            KilledPrimary killed = KilledPrimary.in(cluster);
            System.out.println("kill " + kill + ": " + killed.text());
            require(killed.problems().isEmpty(), "nothing is lost or done twice: " + killed.problems());
            stalls.add(killed.stallMillis());
            if (killed.stallMillis() > STALL_MILLIS_MAX) {
                System.out.println(recent());
            }
        }
        stalls.sort(null);
        double longest = stalls.get(stalls.size() - 1);
        System.out.printf(
                "longest wait of a client at %d kills: median %.0f ms, longest %.0f ms%n",
                PRIMARIES, stalls.get(stalls.size() / 2), longest);
        cluster.awaitSameState();
        require(longest <= STALL_MILLIS_MAX, "no client waits longer than " + STALL_MILLIS_MAX + " ms");
    }

    /** SIGSTOP for half a minute. */
    private void pause() throws Exception {
        for (int i = 0; i < 2; i++) {
            PausedReplica paused = PausedReplica.in(cluster, PAUSE_MILLIS);
            System.out.println(paused.text());
            require(paused.problems().isEmpty(), "nothing is lost or done twice: " + paused.problems());
            require(paused.backMillis() <= BACK_MILLIS_MAX, "within K of the primary after 3 s");
            require(paused.needed(), "its vote was needed");
        }
        cluster.awaitSameState();
    }

    /** All files of a replica lost, and another one killed as soon as it is back. */
    private void empty() throws Exception {
        for (int i = 0; i < EMPTIED; i++) {
            EmptyReplica emptied = EmptyReplica.in(cluster);
            System.out.println(emptied.text());
            require(emptied.problems().isEmpty(), "nothing is lost or done twice: " + emptied.problems());
            require(emptied.backMillis() <= BACK_MILLIS_MAX, "within K of the primary after 3 s");
        }
        cluster.awaitSameState();
    }

    private void killAll() throws Exception {
        cluster.must("kv", "put", "kept", "through the fire");
        try (CounterLoad load = cluster.load()) {
            awaitMore(load);
            List<Long> pids = new ArrayList<>();
            for (int replica = 0; replica < 4; replica++) {
                pids.add((long) cluster.status(replica).process().pid());
            }
            pids.forEach(cluster::kill);
            for (int replica = 0; replica < 4; replica++) {
                cluster.awaitRebooted(replica, pids.get(replica));
            }
            awaitMore(load);
            CounterLoad.Result result = load.stop();
            System.out.printf(
                    "all four killed at once: longest time without an operation %.0f ms%n",
                    result.sample().maxGapNanos() / MILLI);
            List<String> lost = result.problems().stream()
                    .filter(problem -> problem.contains("the store has"))
                    .toList();
            require(lost.isEmpty(), "nothing acknowledged is lost: " + lost);
        }
        require(cluster.must("kv", "get", "kept").equals("through the fire\n"), "the value put before is there");
        cluster.awaitSameState();
    }

    /** Memory of each process, and the phases of a reboot without load. */
    private void figures() throws Exception {
        cluster.must("kv", "put", "warm", "up");
        String said = cluster.must("recover-now", "2", "--wait", "-o", "json");
        System.out.println("reboot of an idle replica: " + steps(said));
        Thread.sleep(SHARE_AGE);
        List<ProcessUse> all = new ArrayList<>();
        for (int replica = 0; replica < 4; replica++) {
            WatchdogStatus status = cluster.status(replica);
            System.out.println("replica " + replica + ": " + memory(status.process()) + "; watchdog "
                    + memory(status.watchdog()) + "; coprocessor " + memory(status.coprocessor()));
            all.addAll(List.of(status.process(), status.watchdog(), status.coprocessor()));
        }
        long together = all.stream().mapToLong(ProcessUse::pssBytes).sum() / MEBIBYTE;
        System.out.println("all twelve processes together: " + together + " MiB (shared pages counted once)");
    }

    private static String memory(ProcessUse use) {
        return use.rssBytes() / MEBIBYTE + " MiB resident, " + use.pssBytes() / MEBIBYTE + " MiB of its own share";
    }

    /** What the audit logs say of the last seconds. */
    private String recent() throws IOException, InterruptedException {
        return "\n" + cluster.must("audit", "tail", "-n", "40", "--type", "crash,boot,ready,view,transfer");
    }

    private static void finish(CounterLoad load) throws InterruptedException {
        CounterLoad.Result result = load.stop();
        Sample sample = result.sample();
        System.out.printf(
                "%d operations, %d lost or twice, p50 %.1f ms, p99 %.1f ms, longest %.0f ms, longest time without one"
                        + " %.0f ms%n",
                sample.latencies().count(),
                result.problems().size(),
                sample.latencies().quantile(0.5) / MILLI,
                sample.latencies().quantile(0.99) / MILLI,
                sample.latencies().max() / MILLI,
                sample.maxGapNanos() / MILLI);
        require(result.problems().isEmpty(), "every operation answered once: " + result.problems());
    }

    private static void awaitMore(CounterLoad load) throws InterruptedException {
        long than = load.completed();
        long deadline = System.nanoTime() + TestCluster.DEADLINE.toNanos();
        while (load.completed() < than + 100) {
            require(System.nanoTime() - deadline < 0, "operations complete");
            Thread.sleep(20);
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("not so: " + what);
        }
    }
}
