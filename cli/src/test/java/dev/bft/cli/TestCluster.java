package dev.bft.cli;

import dev.bft.cli.bench.CounterLoad;
import dev.bft.client.BftClient;
import dev.bft.client.InvocationException;
import dev.bft.coprocessor.ReplicaReport.StatusReport;
import dev.bft.keystore.ClientIdentity;
import dev.bft.keystore.ClusterConfig;
import dev.bft.keystore.ClusterFile;
import dev.bft.keystore.ClusterFolder;
import dev.bft.keystore.ConfigException;
import dev.bft.service.kv.KvOperation;
import dev.bft.watchdog.ReplicaPhase;
import dev.bft.watchdog.WatchdogStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A cluster of real processes that was made and started by typed commands. */
final class TestCluster {

    static final Duration DEADLINE = Duration.ofMinutes(2);

    /** Where the processor time in user mode stands behind the name in {@code stat} of proc(5); that in the kernel follows. */
    private static final int USER = 11;

    private static final long TICK_NANOS = 10_000_000L;

    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final Duration MOVE = Duration.ofSeconds(20);
    private static final Duration PACE = Duration.ofMillis(10);
    private static final int REPLICAS = 4;
    private static final int CLIENTS = 8;
    private static final long POLL_MILLIS = 20;

    private final Shell shell;
    private final ClusterFolder folder;
    private final int replicas;
    private final Set<ProcessHandle> seen = new TreeSet<>();

    private TestCluster(Shell shell, int replicas) {
        this.shell = shell;
        this.replicas = replicas;
        this.folder = new ClusterFolder(shell.folder().resolve("bft-cluster"));
    }

    /** Makes a cluster with eight clients, not started. */
    static TestCluster made(Shell shell, String... more) throws IOException, InterruptedException {
        int at = List.of(more).indexOf("--replicas");
        TestCluster cluster = new TestCluster(shell, at < 0 ? REPLICAS : Integer.parseInt(more[at + 1]));
        List<String> words = new ArrayList<>(List.of("keygen", "--client", "admin"));
        IntStream.range(0, CLIENTS).forEach(i -> words.addAll(List.of("--client", "c" + i)));
        words.addAll(List.of(more));
        cluster.must(words.toArray(String[]::new));
        return cluster;
    }

    /** Makes a cluster and starts it. */
    static TestCluster started(Shell shell, String... more) throws IOException, InterruptedException {
        TestCluster cluster = made(shell, more);
        cluster.start();
        return cluster;
    }

    /** Makes a cluster with a short log: who has lost its votes casts them again beyond what the log may hold. */
    static TestCluster madeWithShortLog(Shell shell) throws IOException, InterruptedException {
        TestCluster cluster = made(shell);
        cluster.set("checkpoint_period", 16);
        cluster.set("log_size", 32);
        return cluster;
    }

    /** Gives a setting another number, before the start. */
    void set(String name, int value) throws IOException {
        String text = Files.readString(folder.config());
        String changed = text.replaceFirst("(?m)^" + name + " = \\d+", name + " = " + value);
        if (changed.equals(text)) {
            throw new AssertionError(name + " is not in\n" + text);
        }
        Files.writeString(folder.config(), changed);
    }

    void start() throws IOException, InterruptedException {
        must("start", "--detach", "--timeout", "2m");
        note();
        awaitAnswer();
    }

    /** Starts each replica in its namespace; this process is in the hub of them. */
    void startIn(NetworkLab lab) throws IOException, InterruptedException {
        List<Integer> all = IntStream.range(0, replicas).boxed().toList();
        for (Typed typed : Watchdogs.forAll(all, id -> {
            String words = "bft start-replica " + id + " --detach --timeout 2m";
            return shell.line(String.join(" ", lab.inSpoke(id, words.split(" ", -1))));
        })) {
            if (typed.exit() != 0) {
                throw new AssertionError("a replica does not start: " + typed + logs());
            }
        }
        note();
        awaitAnswer();
    }

    /**
     * Waits until a first operation is answered. Its client's code and the replicas' answers to clients run for the first
     * time then, in nine processes at once: on a busy machine that takes longer than what an operation may take later.
     */
    private void awaitAnswer() throws IOException, InterruptedException {
        byte[] get = new KvOperation.Get("started".getBytes(StandardCharsets.US_ASCII)).toBytes();
        try (BftClient client = BftClient.connect(config(), identity("c0"), 1)) {
            client.invoke(get, DEADLINE);
        } catch (InvocationException e) {
            // What another service refuses is answered as well.
            if (e.reason() != InvocationException.Reason.REFUSED) {
                throw new AssertionError("the cluster does not answer" + logs(), e);
            }
        } catch (ConfigException e) {
            throw new AssertionError("no cluster to ask", e);
        }
    }

    /** n. */
    int replicas() {
        return replicas;
    }

    Shell shell() {
        return shell;
    }

    ClusterFolder folder() {
        return folder;
    }

    ClusterConfig config() throws ConfigException {
        return ClusterFile.load(folder.config());
    }

    ClientIdentity identity(String name) throws ConfigException {
        return ClientIdentity.load(folder.client(name));
    }

    /** Runs a command that must succeed and returns what it printed. */
    String must(String... words) throws IOException, InterruptedException {
        Typed typed = shell.bft(words);
        if (typed.exit() != 0) {
            throw new AssertionError("bft " + String.join(" ", words) + ": exit " + typed.exit() + "\n" + typed.out()
                    + typed.err() + logs());
        }
        return typed.out();
    }

    /** Eight clients that count without pause. */
    CounterLoad load() throws ConfigException, IOException, InterruptedException {
        return load(Duration.ZERO);
    }

    /** Eight clients that count and leave the machine some time for what else is to be done. */
    CounterLoad pacedLoad() throws ConfigException, IOException, InterruptedException {
        return load(PACE);
    }

    private CounterLoad load(Duration pause) throws ConfigException, IOException, InterruptedException {
        List<ClientIdentity> identities = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            identities.add(identity("c" + i));
        }
        return CounterLoad.start(config(), identities, ANSWER, pause);
    }

    /** The primary of the view that most replicas say they are in. */
    int primary() throws IOException {
        Map<Integer, Integer> votes = new TreeMap<>();
        for (int id = 0; id < replicas; id++) {
            Watchdogs.status(folder, id)
                    .flatMap(WatchdogStatus::claim)
                    .ifPresent(claim -> votes.merge(claim.primary(), 1, Integer::sum));
        }
        return votes.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow(() -> new AssertionError("no replica says who is primary"))
                .getKey();
    }

    WatchdogStatus status(int replica) throws IOException {
        Optional<WatchdogStatus> status = Watchdogs.status(folder, replica);
        return status.orElseThrow(() -> new AssertionError("watchdog " + replica + " is not running"));
    }

    /** The processor time of each replica's process since its start, in nanoseconds. */
    List<Long> cpuNanos() throws IOException {
        List<Long> all = new ArrayList<>();
        for (int id = 0; id < replicas; id++) {
            all.add(cpuNanos(id));
        }
        return all;
    }

    /** The processor time of a replica's process since its start, in nanoseconds. */
    long cpuNanos(int replica) throws IOException {
        return ProcessHandle.of(status(replica).process().pid())
                .flatMap(process -> process.info().totalCpuDuration())
                .map(Duration::toNanos)
                .orElse(0L);
    }

    /** The processor time that the compilers of the replicas' JVMs took since their start, in nanoseconds. */
    long compilerNanos() throws IOException {
        long ticks = 0;
        for (int id = 0; id < replicas; id++) {
            Path tasks = Path.of("/proc", String.valueOf(status(id).process().pid()), "task");
            try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
                for (Path thread : threads) {
                    String stat = Files.readString(thread.resolve("stat"));
                    String[] fields = stat.substring(stat.indexOf(") ") + 2).split(" ", -1);
                    boolean compiles = stat.contains("(C1 Compiler") || stat.contains("(C2 Compiler");
                    ticks += compiles ? Long.parseLong(fields[USER]) + Long.parseLong(fields[USER + 1]) : 0;
                }
            }
        }
        return ticks * TICK_NANOS;
    }

    /** Kills the process of a replica; its watchdog lives on. */
    long killReplica(int replica) throws IOException {
        long pid = status(replica).process().pid();
        kill(pid);
        return pid;
    }

    void kill(long pid) {
        if (pid <= 1) {
            throw new AssertionError("no process of ours: " + pid);
        }
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** Waits until a replica runs as another process and is ready. */
    void awaitRebooted(int replica, long oldPid) throws IOException, InterruptedException {
        await(
                replica,
                status ->
                        status.phase() == ReplicaPhase.READY && status.process().pid() != oldPid);
        note();
    }

    void await(int replica, Predicate<WatchdogStatus> condition) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        WatchdogStatus status = status(replica);
        while (!condition.test(status)) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("replica " + replica + " does not get there: " + status + logs());
            }
            Thread.sleep(POLL_MILLIS);
            status = status(replica);
        }
    }

    /** Waits until the status has nothing to find fault with: all are ready, and vote. */
    void awaitHealthy() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        Typed status = shell.bft("status");
        while (status.exit() != 0) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not all replicas are ready and vote: " + status + logs());
            }
            status = shell.bft("status");
        }
    }

    /** Moves the view on until all replicas are in one. */
    void bringTogether() throws Exception {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        HandOver handOver = new HandOver(new Watchdogs(folder(), config()));
        while (views().size() != 1) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("the replicas do not come together: " + views() + logs());
            }
            handOver.now(ANSWER);
        }
    }

    /** Moves the view on once, unless this replica is its primary. */
    void towards(int replica) throws Exception {
        if (primary() != replica) {
            new HandOver(new Watchdogs(folder(), config())).now(MOVE);
        }
    }

    private Set<String> views() throws IOException {
        return said(claim -> claim.phase() + " in view " + claim.view());
    }

    /** Waits until all replicas report the same stable checkpoint with the same digest. */
    void awaitSameState() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        Set<String> claims = claims();
        while (claims.size() != 1) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("the replicas do not agree on a checkpoint: " + claims + logs());
            }
            Thread.sleep(POLL_MILLIS);
            claims = claims();
        }
    }

    private Set<String> claims() throws IOException {
        return said(claim -> claim.stable() + ":" + claim.digest());
    }

    private Set<String> said(Function<StatusReport, String> what) throws IOException {
        List<String> all = new ArrayList<>();
        for (int id = 0; id < replicas; id++) {
            all.add(status(id).claim().map(what).orElse("replica " + id + " says nothing"));
        }
        return Set.copyOf(all);
    }

    /** Remembers the processes of this cluster, so that none outlives the test. */
    void note() throws IOException {
        for (int id = 0; id < replicas; id++) {
            Watchdogs.status(folder, id)
                    .ifPresent(status -> Stream.of(status.watchdog(), status.coprocessor(), status.process())
                            .map(use -> (long) use.pid())
                            .filter(pid -> pid > 1)
                            .flatMap(pid -> ProcessHandle.of(pid).stream())
                            .forEach(seen::add));
        }
    }

    String logs() throws IOException {
        StringBuilder logs = new StringBuilder();
        for (int id = 0; id < replicas; id++) {
            for (Path log : List.of(folder.watchdogLog(id), folder.replicaLog(id))) {
                if (Files.exists(log)) {
                    List<String> lines = Files.readAllLines(log);
                    logs.append("\n--- ").append(log).append('\n');
                    logs.append(
                            lines.stream().skip(Math.max(0, lines.size() - 15)).collect(Collectors.joining("\n")));
                }
            }
        }
        return logs.toString();
    }

    /** Stops it; a watchdog that does not stop on request is killed, and its replica with it. */
    void close() throws IOException, InterruptedException {
        note();
        shell.bft("stop");
        seen.forEach(ProcessHandle::destroyForcibly);
    }
}
