package dev.bft.cli;

import dev.bft.cli.bench.CounterLoad;
import dev.bft.coprocessor.ReplicaReport.StatusReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A cluster whose replicas are in network namespaces of their own: each is cut off in turn and healed under load, then
 * two from two. It runs as a process in the hub of a {@link NetworkLab}; its clients are there.
 */
final class NetworkDrill {

    private static final int REPLICAS = 4;
    private static final long K = 128;
    /**
     * Longer than the longest wait of a client before it asks again, and than a watchdog's before it hears what was
     * executed: until then a client may still be told what was decided before the cut.
     */
    private static final long STILL_MILLIS = 1500;

    private static final long DEADLINE_MINUTES = 15;
    private static final double MILLI = 1e6;

    private final Plan plan;
    private final NetworkLab lab;
    private final TestCluster cluster;

    /**
     * What is done.
     *
     * @param cuts how often a replica is cut off
     * @param halves how often two are cut from two
     * @param holdMillis how long a cut lasts at least
     * @param resumeMillisMax how long it may take after the healing of the halves until an operation is done
     */
    record Plan(int cuts, int halves, long holdMillis, long resumeMillisMax) {
        List<String> words() {
            return List.of(
                    String.valueOf(cuts),
                    String.valueOf(halves),
                    String.valueOf(holdMillis),
                    String.valueOf(resumeMillisMax));
        }

        static Plan of(String... words) {
            return new Plan(
                    Integer.parseInt(words[0]),
                    Integer.parseInt(words[1]),
                    Long.parseLong(words[2]),
                    Long.parseLong(words[3]));
        }
    }

    private NetworkDrill(Plan plan, NetworkLab lab, TestCluster cluster) {
        this.plan = plan;
        this.lab = lab;
        this.cluster = cluster;
    }

    /** Makes the namespaces, and runs the drill as a process in the hub; throws unless it ends well. */
    static void run(Path folder, Plan plan) throws IOException, InterruptedException {
        String name = "bft" + ProcessHandle.current().pid() + "-";
        try (NetworkLab lab = NetworkLab.make(name, REPLICAS)) {
            Path target = Shell.checkout().resolve("cli/target");
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    target.resolve("test-classes") + ":" + target.resolve("dist/lib") + "/*",
                    NetworkDrill.class.getName(),
                    folder.toString(),
                    name));
            command.addAll(plan.words());
            Process drill = new ProcessBuilder(lab.inHub(command))
                    .directory(Shell.checkout().toFile())
                    .inheritIO()
                    .start();
            boolean over = drill.waitFor(DEADLINE_MINUTES, TimeUnit.MINUTES);
            drill.destroyForcibly();
            if (!over || drill.exitValue() != 0) {
                throw new AssertionError("the drill failed; see above");
            }
        }
    }

    /** The process in the hub. */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        Plan plan = Plan.of(args[2], args[3], args[4], args[5]);
        NetworkLab lab = NetworkLab.existing(args[1], REPLICAS);
        List<String> hosts = new ArrayList<>();
        for (int i = 0; i < REPLICAS; i++) {
            hosts.addAll(List.of("--host", NetworkLab.address(i)));
        }
        hosts.addAll(List.of("--base-port", "7470"));
        TestCluster cluster = TestCluster.made(Shell.in(folder), hosts.toArray(String[]::new));
        try {
            NetworkDrill drill = new NetworkDrill(plan, lab, cluster);
            drill.start();
            for (int i = 0; i < plan.cuts; i++) {
                drill.cutOff(i % REPLICAS);
            }
            for (int i = 0; i < plan.halves; i++) {
                drill.halve(i % 2 == 0 ? List.of(2, 3) : List.of(0, 1));
            }
            cluster.awaitSameState();
        } finally {
            cluster.close();
        }
    }

    private void start() throws IOException, InterruptedException {
        List<Typed> started = Watchdogs.forAll(List.of(0, 1, 2, 3), id -> {
            String words = "bft start-replica " + id + " --detach --timeout 2m";
            return cluster.shell().line(String.join(" ", lab.inSpoke(id, words.split(" ", -1))));
        });
        for (Typed typed : started) {
            require(typed.exit() == 0, "a replica starts: " + typed);
        }
        cluster.note();
    }

    private void cutOff(int replica) throws Exception {
        boolean primary = cluster.primary() == replica;
        try (CounterLoad load = cluster.load()) {
            KilledPrimary.awaitMore(load, 100);
            lab.cut(List.of(replica));
            TimeUnit.MILLISECONDS.sleep(plan.holdMillis);
            KilledPrimary.awaitMore(load, 300);
            lab.heal();
            long healed = System.nanoTime();
            await("the replica that was cut off is back", () -> isWithinReach(replica));
            double back = (System.nanoTime() - healed) / MILLI;
            KilledPrimary.awaitMore(load, 100);
            CounterLoad.Result result = load.stop();
            System.out.printf(
                    "replica %d%s cut off for %d ms: longest wait of a client %.0f ms, %d operations, within K of the"
                            + " others %.0f ms after, %d problems%n",
                    replica,
                    primary ? " (primary)" : "",
                    plan.holdMillis,
                    result.sample().latencies().max() / MILLI,
                    result.sample().latencies().count(),
                    back,
                    result.problems().size());
            require(result.problems().isEmpty(), "nothing is lost, done twice or late: " + result.problems());
        }
    }

    private void halve(List<Integer> far) throws Exception {
        try (CounterLoad load = cluster.load()) {
            KilledPrimary.awaitMore(load, 100);
            lab.cut(far);
            await("nothing is executed by two of four", () -> isStill(load));
            long before = load.completed();
            long executed = executedMax();
            TimeUnit.MILLISECONDS.sleep(plan.holdMillis);
            require(load.completed() == before, "two of four execute nothing");
            require(executedMax() == executed, "two of four execute nothing, but " + executed + " to " + executedMax());
            long healed = System.nanoTime();
            lab.heal();
            await("it goes on", () -> load.completed() > before);
            double resumed = (System.nanoTime() - healed) / MILLI;
            KilledPrimary.awaitMore(load, 100);
            CounterLoad.Result result = load.stop();
            System.out.printf(
                    "replicas %s cut from the others for %d ms: nothing executed, first operation %.0f ms after the"
                            + " healing, %d problems%n",
                    far,
                    STILL_MILLIS + plan.holdMillis,
                    resumed,
                    result.problems().size());
            List<String> lost = result.problems().stream()
                    .filter(problem -> problem.contains("the store has"))
                    .toList();
            require(lost.isEmpty(), "nothing is lost or done twice: " + lost);
            require(resumed <= plan.resumeMillisMax, "it goes on within " + plan.resumeMillisMax + " ms");
        }
    }

    private long executedMax() throws IOException {
        long most = 0;
        for (int id = 0; id < REPLICAS; id++) {
            most = Math.max(
                    most, cluster.status(id).claim().map(StatusReport::executed).orElse(0L));
        }
        return most;
    }

    private boolean isStill(CounterLoad load) {
        try {
            long before = load.completed();
            long executed = executedMax();
            TimeUnit.MILLISECONDS.sleep(STILL_MILLIS);
            return load.completed() == before && executedMax() == executed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean isWithinReach(int replica) {
        try {
            long most = 0;
            long mine = 0;
            for (int id = 0; id < REPLICAS; id++) {
                long executed =
                        cluster.status(id).claim().map(StatusReport::executed).orElse(0L);
                most = Math.max(most, executed);
                mine = id == replica ? executed : mine;
            }
            return mine > most - K;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TestCluster.DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            require(System.nanoTime() - deadline < 0, what);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("not so: " + what);
        }
    }
}
