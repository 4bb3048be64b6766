package dev.bft.cli;

import dev.bft.cli.bench.CounterLoad;
import dev.bft.watchdog.ReplicaPhase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Clusters on file systems of their own that run full, as a process that may mount: {@code FullDisk replica|cluster
 * FOLDER}, in a mount namespace of its own, so that what it mounts is gone with its last process. Ends with a line "ok",
 * or throws.
 */
final class FullDisk {

    private static final int REPLICA = 2;
    private static final String REPLICA_DISK = "200m";
    private static final String CLUSTER_DISK = "1200m";
    private static final String NO_SPACE = "No space left on device";

    /** The audit log needs some room to fail in good order; it must not be taken away in one instant. */
    private static final long FILLED_AT_ONCE_BUT = 8L << 20;

    private static final int FILLED_AT_A_TIME = 1 << 20;
    private static final int BLOCK = 4096;

    private final TestCluster cluster;

    private FullDisk(TestCluster cluster) {
        this.cluster = cluster;
    }

    /** Plays one of the two. */
    public static void main(String[] args) throws Exception {
        boolean whole = args[0].equals("cluster");
        Path folder = Path.of(args[1]);
        if (whole) {
            mount(folder, CLUSTER_DISK);
        }
        TestCluster cluster = TestCluster.made(Shell.in(folder));
        Thread onSignal = new Thread(() -> close(cluster));
        Runtime.getRuntime().addShutdownHook(onSignal);
        FullDisk disk = new FullDisk(cluster);
        if (whole) {
            disk.cluster();
        } else {
            disk.replica();
        }
        System.out.println("ok");
    }

    private static void close(TestCluster cluster) {
        try {
            cluster.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void mount(Path on, String size) throws IOException, InterruptedException {
        Typed mounted = Shell.in(on).line("mount -t tmpfs -o mode=700,size=" + size + " none " + on);
        require(mounted.exit() == 0, mounted.err());
    }

    private void replica() throws Exception {
        Path state = cluster.folder().state(REPLICA);
        Path kept = state.resolveSibling("state.kept");
        Files.move(state, kept);
        Files.createDirectory(state);
        mount(state, REPLICA_DISK);
        cluster.shell().line("cp -a " + kept + "/. " + state);
        cluster.start();
        try (CounterLoad load = cluster.pacedLoad();
                Filler filler = Filler.on(state)) {
            awaitMore(load);
            int pid = cluster.status(REPLICA).process().pid();
            while (cluster.status(REPLICA).process().pid() == pid) {
                filler.more();
            }
            System.out.println("the replica ended: " + lastWords());
            require(
                    lastWords().contains(NO_SPACE) && lastWords().contains("free space"),
                    "it says why: " + lastWords());
            Typed status = cluster.shell().bft("status");
            require(status.exit() == ExitCode.DEGRADED.code(), "the status is degraded: " + status);
            awaitMore(load);
            filler.free();
            cluster.await(
                    REPLICA,
                    at -> at.phase() == ReplicaPhase.READY && at.problem().isEmpty());
            awaitMore(load);
            CounterLoad.Result result = load.stop();
            require(result.problems().isEmpty(), "every operation answered once: " + result.problems());
        }
        cluster.awaitSameState();
        require(cluster.shell().bft("status").exit() == 0, "all are ready, and none has lost its votes");
    }

    private String lastWords() {
        return LastWords.in(cluster.folder().replicaLog(REPLICA), 0).orElse("");
    }

    private void cluster() throws Exception {
        cluster.start();
        List<Integer> watchdogs = watchdogs();
        cluster.must("kv", "put", "kept", "before the flood");
        try (CounterLoad load = cluster.pacedLoad();
                Filler filler = Filler.on(cluster.folder().root())) {
            awaitMore(load);
            Typed status = cluster.shell().bft("status");
            while (status.exit() != ExitCode.NO_QUORUM.code()) {
                require(load.completed() > 0 && filler.isWithinDeadline(), "it stops on a full disk: " + status);
                filler.more();
                status = cluster.shell().bft("status");
            }
            System.out.println(status.out());
            require(status.out().contains("the disk is full"), "the status says why: " + status);
            Typed put = cluster.shell().bft("kv", "put", "a", "b", "--timeout", "2s");
            require(
                    List.of(ExitCode.UNREACHABLE.code(), ExitCode.NO_QUORUM.code())
                            .contains(put.exit()),
                    "nothing is acknowledged: " + put);
            filler.free();
            for (int replica = 0; replica < 4; replica++) {
                cluster.await(
                        replica,
                        at -> at.phase() == ReplicaPhase.READY && at.problem().isEmpty());
            }
            awaitMore(load);
            List<String> lost = load.stop().problems().stream()
                    .filter(problem -> problem.contains("the store has"))
                    .toList();
            require(lost.isEmpty(), "nothing acknowledged is lost: " + lost);
        }
        require(cluster.must("kv", "get", "kept").equals("before the flood\n"), "what was put before is there");
        require(watchdogs().equals(watchdogs), "the watchdogs lived through it");
        require(cluster.shell().bft("status").exit() == 0, "all are ready, and none has lost its votes");
    }

    private List<Integer> watchdogs() throws IOException {
        List<Integer> pids = new ArrayList<>();
        for (int replica = 0; replica < 4; replica++) {
            pids.add(cluster.status(replica).watchdog().pid());
        }
        return pids;
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

    /** A file that takes all the room there is. */
    private static final class Filler implements AutoCloseable {

        private final Path file;
        private final FileChannel channel;
        private final long deadline = System.nanoTime() + TestCluster.DEADLINE.toNanos();

        private Filler(Path file, FileChannel channel) {
            this.file = file;
            this.channel = channel;
        }

        static Filler on(Path folder) throws IOException {
            Path file = folder.resolve("filler");
            return new Filler(file, FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        }

        boolean isWithinDeadline() {
            return System.nanoTime() - deadline < 0;
        }

        /** Takes most of the room at first, then some at a time, and whatever others have given back. */
        void more() throws IOException {
            long room = Files.getFileStore(file).getUsableSpace();
            long bytes = room > 2 * FILLED_AT_ONCE_BUT ? room - FILLED_AT_ONCE_BUT : FILLED_AT_A_TIME;
            for (long taken = 0; taken < bytes; taken += BLOCK) {
                if (!take()) {
                    return;
                }
            }
        }

        private boolean take() {
            try {
                return channel.write(ByteBuffer.allocate(BLOCK)) == BLOCK;
            } catch (IOException e) {
                // There is no more; that is what it is for.
                return false;
            }
        }

        void free() throws IOException {
            channel.truncate(0);
        }

        @Override
        public void close() throws IOException {
            channel.close();
            Files.delete(file);
        }
    }
}
