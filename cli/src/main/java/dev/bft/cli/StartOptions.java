package dev.bft.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** How replicas are started: to the background or not, and how long that may take. */
final class StartOptions {

    /** With a quorum ready, the rest is waited for this long. */
    private static final Duration REST = Duration.ofSeconds(15);

    private static final Duration STOP = Duration.ofSeconds(30);

    @Option(names = "--detach", description = "Leave them running in the background and return.")
    private boolean detach;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "How long they may take to be ready; 1m if not given.")
    private Duration timeout = Duration.ofMinutes(1);

    /**
     * Starts replicas, says which are ready, and in the foreground stays until they have ended.
     *
     * @param enough how many of them must be ready
     */
    int start(LocalCluster local, List<Integer> replicas, int enough, CommandLine command)
            throws CommandException, IOException, InterruptedException {
        PrintWriter out = command.getOut();
        Thread stop = new Thread(() -> local.stop(STOP), "stop");
        if (!detach) {
            Runtime.getRuntime().addShutdownHook(stop);
        }
        local.start(replicas);
        List<String> missing = local.awaitReady(replicas, enough, timeout, REST);
        int ready = replicas.size() - missing.size();
        out.println(ready + " of " + replicas.size() + (replicas.size() == 1 ? " replica ready" : " replicas ready"));
        out.flush();
        missing.forEach(line -> command.getErr().println("bft: " + line));
        if (ready < enough) {
            throw notEnough(local, replicas, ready, enough);
        }
        if (!detach) {
            return awaitEnd(local, command);
        }
        return missing.isEmpty() ? ExitCode.OK.code() : ExitCode.DEGRADED.code();
    }

    private CommandException notEnough(LocalCluster local, List<Integer> replicas, int ready, int enough)
            throws IOException, InterruptedException {
        String rest = detach ? "; those that run go on: bft status shows them, bft stop ends them" : "";
        return new CommandException(exit(local, replicas), ready + " ready of " + enough + " that are needed" + rest);
    }

    private static ExitCode exit(LocalCluster local, List<Integer> replicas) throws IOException, InterruptedException {
        OptionalInt own = firstExit(local);
        if (!local.refused().isEmpty() || (own.isPresent() && own.getAsInt() == ExitCode.CONFIG.code())) {
            return ExitCode.CONFIG;
        }
        ClusterView view = local.watchdogs().view();
        if (view.anyRefused(replicas)) {
            return ExitCode.VERIFICATION;
        }
        if (own.isPresent()) {
            return ExitCode.NO_QUORUM;
        }
        // More time makes no replica ready that waits for the others; what the cluster is without its vote is the
        // answer.
        return view.amnesiacs() > 0 ? view.exit() : ExitCode.TIMEOUT;
    }

    private static OptionalInt firstExit(LocalCluster local) throws IOException {
        for (WatchdogProcess process : local.started()) {
            if (process.end().isPresent()) {
                return OptionalInt.of(process.exitCode());
            }
        }
        return OptionalInt.empty();
    }

    /** The signal that ends this process runs the shutdown hook, which stops the replicas. */
    private static int awaitEnd(LocalCluster local, CommandLine command) throws IOException, InterruptedException {
        List<String> ends = new ArrayList<>();
        for (WatchdogProcess process : local.started()) {
            int exit = process.await();
            if (exit != 0) {
                ends.add("replica " + process.replica() + ": " + process.end().orElse("ended"));
            }
        }
        ends.forEach(line -> command.getErr().println("bft: " + line));
        return ends.isEmpty() ? ExitCode.OK.code() : ExitCode.INTERNAL.code();
    }
}
