package dev.bft.cli;

import dev.bft.keystore.ClusterFolder;
import dev.bft.watchdog.WatchdogMain;
import dev.bft.watchdog.audit.AuditStore;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A watchdog as a process of its own, in its own session, so that it outlives the command that started it. */
final class WatchdogProcess {

    private static final Path SETSID = Path.of("/usr/bin/setsid");

    /**
     * A watchdog holds little; its heap is bounded so that a cluster fits on a small host. It digests whole images, which
     * the second compiler makes five times as fast; but what only runs at the start is not worth that compiler's time.
     */
    private static final List<String> FLAGS = List.of(
            "-XX:TieredStopAtLevel=4",
            "-XX:Tier4InvocationThreshold=50000",
            "-XX:Tier4MinInvocationThreshold=50000",
            "-XX:Tier4CompileThreshold=50000",
            "-XX:Tier4BackEdgeThreshold=1000000",
            "-Xms8m",
            "-Xmx96m",
            "-Xss512k");

    private final int replica;
    private final Path log;
    private final long logStart;
    private final Process process;

    private WatchdogProcess(int replica, Path log, long logStart, Process process) {
        this.replica = replica;
        this.log = log;
        this.logStart = logStart;
        this.process = process;
    }

    /** Starts the watchdog of a replica; what it says goes to its log. */
    static WatchdogProcess start(ClusterFolder folder, int replica) throws IOException {
        Path log = folder.watchdogLog(replica);
        long logStart = Files.exists(log) ? Files.size(log) : 0;
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(SETSID)) {
            command.add(SETSID.toString());
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + Installation.find().javaFlags());
        command.addAll(AuditStore.JVM_FLAGS);
        command.addAll(FLAGS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), WatchdogMain.class.getName()));
        command.addAll(List.of(folder.root().toString(), String.valueOf(replica)));
        Process process = new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(log.toFile()))
                .start();
        return new WatchdogProcess(replica, log, logStart, process);
    }

    int replica() {
        return replica;
    }

    /** Why it ended, in its own words; empty while it runs. */
    Optional<String> end() {
        if (process.isAlive()) {
            return Optional.empty();
        }
        return Optional.of(LastWords.in(log, logStart).orElse("exit code " + process.exitValue()));
    }

    /** Its exit code, once it has ended. */
    int exitCode() {
        return process.exitValue();
    }

    /** Waits for its end. */
    int await() throws InterruptedException {
        return process.waitFor();
    }

    /** Kills it, and with it its replica. */
    void kill() {
        process.destroyForcibly();
    }
}
