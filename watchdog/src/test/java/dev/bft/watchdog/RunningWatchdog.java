package dev.bft.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.keystore.ClusterFolder;
import dev.bft.keystore.ClusterKeys;
import dev.bft.watchdog.image.ImageTree;
import dev.bft.watchdog.image.TestImage;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Watchdog 2 of a new cluster as a process of its own, with a stand-in for its replica. */
final class RunningWatchdog {

    static final int REPLICA = 2;

    private static final Duration DEADLINE = Duration.ofSeconds(90);

    private final ClusterFolder cluster;
    private Process process;

    private RunningWatchdog(ClusterFolder cluster, Process process) {
        this.cluster = cluster;
        this.process = process;
    }

    static RunningWatchdog start(Path folder, String behaviour) throws Exception {
        ClusterKeys.create(folder, ClusterKeys.Plan.local(4), TestImage::install);
        ClusterFolder cluster = new ClusterFolder(folder);
        Files.createDirectories(
                cluster.state(REPLICA),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        RunningWatchdog watchdog = new RunningWatchdog(cluster, launch(cluster));
        watchdog.behave(behaviour);
        return watchdog;
    }

    void restart() throws IOException {
        process = launch(cluster);
    }

    ClusterFolder cluster() {
        return cluster;
    }

    Process process() {
        return process;
    }

    Path home() {
        return cluster.replica(REPLICA);
    }

    WatchdogClient client() {
        return new WatchdogClient(cluster.root(), REPLICA);
    }

    /** What the stand-in does from its next boot on. */
    void behave(String behaviour) throws IOException {
        Files.writeString(cluster.state(REPLICA).resolve("behaviour"), behaviour);
    }

    WatchdogStatus awaitReady() throws Exception {
        return await(status -> status.phase() == ReplicaPhase.READY);
    }

    WatchdogStatus await(Predicate<WatchdogStatus> wanted) throws Exception {
        long end = System.nanoTime() + DEADLINE.toNanos();
        String last = "no answer";
        while (System.nanoTime() < end) {
            try {
                WatchdogStatus status = client().status();
                if (wanted.test(status)) {
                    return status;
                }
                last = status.toString();
            } catch (WatchdogUnreachableException e) {
                last = e.getMessage();
                assertThat(process.isAlive()).as(said()).isTrue();
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        throw new AssertionError("not within " + DEADLINE + ": " + last + "\n" + said());
    }

    static void awaitGone(int pid) throws Exception {
        ProcessHandle handle = ProcessHandle.of(pid).orElse(null);
        if (handle != null) {
            handle.onExit().get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    static void kill(int pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-9", Integer.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
    }

    String said() throws IOException {
        return Files.readString(cluster.watchdogLog(REPLICA));
    }

    int awaitExit() throws Exception {
        assertThat(process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS))
                .as(said())
                .isTrue();
        return process.exitValue();
    }

    /** Kills what is left and makes the folder removable. */
    void end() throws Exception {
        process.destroyForcibly().waitFor();
        ImageTree.delete(cluster.boots(REPLICA));
    }

    static Process launch(ClusterFolder cluster) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--add-") || flag.startsWith("-Dchronicle."))
                .forEach(command::add);
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx96m"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), WatchdogMain.class.getName()));
        command.addAll(List.of(cluster.root().toString(), Integer.toString(REPLICA)));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(cluster.watchdogLog(REPLICA).toFile()))
                .start();
    }
}
