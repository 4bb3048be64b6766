package dev.bft.cli;

import dev.bft.watchdog.image.ImageTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * {@code .ci/soak MINUTES SEED}: a cluster under load for so long, and at random, from a seed, what may happen to it: a
 * replica killed, stopped, recovered or cut off, a hostile client; one at a time, for f is one. In the end nothing was lost
 * or out of order, no log holds an error, and no process holds more memory than after the beginning.
 */
final class Soak {
    private static final int REPLICAS = 4;
    private static final int SHORT_LIVED = 2;
    private static final double MILLI = 1e6;
    private static final double SECOND = 1e9;
    private static final int WARM_UP_SECONDS = 20;
    private static final int MINUTE = 60;
    private static final List<HostileKind> KINDS = HostileKind.all();

    private final TestCluster cluster;
    private final Optional<NetworkLab> lab;
    private final Random random;
    private final SoakMemory memory;
    private final List<String> problems = new ArrayList<>();
    private final TreeMap<Fault, Integer> fired = new TreeMap<>();
    private final long begun = System.nanoTime();

    /** What may happen. */
    private enum Fault {
        KILL,
        STOP,
        CUT,
        RECOVER,
        HOSTILE
    }

    private Soak(TestCluster cluster, Optional<NetworkLab> lab, long seed) {
        this.cluster = cluster;
        this.lab = lab;
        this.random = new Random(seed);
        this.memory = new SoakMemory(cluster);
    }

    /** {@code MINUTES SEED}; or, in the hub of a network laboratory, its name and a folder after these. */
    public static void main(String[] args) throws Exception {
        int minutes = Integer.parseInt(args[0]);
        long seed = Long.parseLong(args[1]);
        if (args.length > 2) {
            run(minutes, seed, Path.of(args[3]), Optional.of(NetworkLab.existing(args[2], REPLICAS)));
            return;
        }
        Path folder = Files.createTempDirectory("bft-soak-");
        try {
            if (!NetworkLab.isPossible()) {
                System.out.println(
                        "SKIPPED: partitions. They need root and /usr/sbin/ip; nobody is cut off in this run.");
                run(minutes, seed, folder, Optional.empty());
                return;
            }
            String name = "soak" + ProcessHandle.current().pid() + "-";
            try (NetworkLab made = NetworkLab.make(name, REPLICAS)) {
                inHub(made, List.of(args[0], args[1], name, folder.toString()), minutes);
            }
        } finally {
            ImageTree.delete(folder);
        }
    }

    private static void inHub(NetworkLab lab, List<String> words, int minutes)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Soak.class.getName()));
        command.addAll(words);
        Process process = new ProcessBuilder(lab.inHub(command))
                .directory(Shell.checkout().toFile())
                .inheritIO()
                .start();
        boolean over = process.waitFor(2L * minutes + 15, TimeUnit.MINUTES);
        process.destroyForcibly();
        if (!over || process.exitValue() != 0) {
            throw new AssertionError("the soak failed; see above");
        }
    }

    private static void run(int minutes, long seed, Path folder, Optional<NetworkLab> lab) throws Exception {
        List<String> words = new ArrayList<>(HostileClients.words(KINDS));
        if (lab.isPresent()) {
            for (int i = 0; i < REPLICAS; i++) {
                words.addAll(List.of("--host", NetworkLab.address(i)));
            }
            words.addAll(List.of("--base-port", "7470"));
        }
        TestCluster cluster = TestCluster.made(Shell.in(folder), words.toArray(String[]::new));
        try {
            if (lab.isPresent()) {
                cluster.startIn(lab.get());
            } else {
                cluster.start();
            }
            new Soak(cluster, lab, seed).soak(minutes, seed);
            System.out.println("ok");
        } finally {
            cluster.close();
        }
    }

    private void soak(int minutes, long seed) throws Exception {
        System.out.println(
                "soak of " + minutes + " minutes from seed " + seed + "; replicas 0 and 1 live all the time");
        try (HostileClients hostile = HostileClients.of(cluster, KINDS);
                HonestClients honest = HonestClients.of(cluster, HostileDrill.honestNames())) {
            TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
            honest.take();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos((long) minutes * MINUTE);
            while (System.nanoTime() - end < 0) {
                memory.sample();
                fault(honest, hostile);
                memory.sample();
                TimeUnit.MILLISECONDS.sleep(1000L + random.nextInt(3000));
            }
            cluster.awaitHealthy();
            List<String> wrong = honest.stop();
            System.out.println(honest.completed() + " operations, " + honest.shared() + " of them on one register, "
                    + honest.late() + " not answered in 5 s, " + wrong.size() + " wrong");
            problems.addAll(wrong);
            if (honest.late() > 0) {
                problems.add(honest.late() + " operations were not answered in 5 s");
            }
        }
        cluster.awaitSameState();
        System.out.println("faults: " + fired);
        problems.addAll(memory.judge());
        problems.addAll(SoakLogs.errors(cluster));
        if (!problems.isEmpty()) {
            throw new AssertionError("not so: " + String.join("\n", problems));
        }
    }

    private void fault(HonestClients honest, HostileClients hostile) throws Exception {
        List<Fault> possible = new ArrayList<>(List.of(Fault.values()));
        if (lab.isEmpty()) {
            possible.remove(Fault.CUT);
        }
        Fault fault = possible.get(random.nextInt(possible.size()));
        // Drawn in any case, so that the seed decides what comes next whatever this is.
        int replica = fault == Fault.STOP || fault == Fault.CUT
                ? random.nextInt(REPLICAS)
                : REPLICAS - 1 - random.nextInt(SHORT_LIVED);
        long millis = 2000L + random.nextInt(4000);
        HostileKind kind = KINDS.get(random.nextInt(KINDS.size()));
        long before = honest.completed();
        long from = System.nanoTime();
        honest.take();
        switch (fault) {
            case KILL -> cluster.awaitRebooted(replica, cluster.killReplica(replica));
            case RECOVER -> recover(replica);
            case STOP -> stop(replica, millis);
            case CUT -> cut(replica, millis);
            default -> {
                hostile.go(kind, kind.rate());
                TimeUnit.MILLISECONDS.sleep(millis);
                hostile.rest(kind);
            }
        }
        fired.merge(fault, 1, Integer::sum);
        HonestClients.Reading reading = honest.take();
        long during = honest.completed() - before;
        System.out.printf(
                "%s %s from %.1f to %.1f s: %d operations meanwhile, longest wait %.0f ms%n",
                fault.name().toLowerCase(Locale.ROOT),
                fault == Fault.HOSTILE ? kind.label() : "replica " + replica,
                (from - begun) / SECOND,
                (System.nanoTime() - begun) / SECOND,
                during,
                reading.longestNanos() / MILLI);
        if (during == 0) {
            problems.add("no operation completed during " + fault + " at " + (from - begun) / SECOND + " s");
        }
    }

    private void recover(int replica) throws IOException, InterruptedException {
        Typed typed = cluster.shell().bft("recover-now", String.valueOf(replica), "--wait", "--timeout", "2m");
        if (typed.exit() != 0) {
            problems.add("replica " + replica + " was not recovered: " + typed);
        }
        cluster.note();
    }

    private void stop(int replica, long millis) throws IOException, InterruptedException {
        long pid = cluster.status(replica).process().pid();
        PausedReplica.signal("STOP", pid);
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } finally {
            PausedReplica.signal("CONT", pid);
        }
        awaitReach(replica);
    }

    private void cut(int replica, long millis) throws IOException, InterruptedException {
        NetworkLab network = lab.orElseThrow();
        network.cut(List.of(replica));
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } finally {
            network.heal();
        }
        awaitReach(replica);
    }

    /** The next fault may strike another one: this one must be back first, or f are two. */
    private void awaitReach(int replica) throws IOException, InterruptedException {
        int other = (replica + 1) % REPLICAS;
        PausedReplica.awaitReach(cluster, replica, cluster.primary() == replica ? other : cluster.primary());
    }
}
