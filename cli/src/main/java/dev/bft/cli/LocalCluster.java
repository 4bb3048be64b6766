package dev.bft.cli;

import dev.bft.keystore.ClusterConfig;
import dev.bft.keystore.ClusterFolder;
import dev.bft.keystore.ConfigException;
import dev.bft.keystore.CoprocessorKeys;
import dev.bft.keystore.CounterFile;
import dev.bft.watchdog.ReplicaPhase;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The replicas of a cluster on this host as processes that this command starts and stops. */
final class LocalCluster {

    /** Only what clients ask for gives those back their votes that have lost them, so long waiting is for nothing. */
    private static final Duration AMNESIACS = Duration.ofSeconds(5);

    private static final long POLL_MILLIS = 100;

    private final ClusterFolder folder;
    private final Watchdogs watchdogs;
    private final List<WatchdogProcess> started = new CopyOnWriteArrayList<>();
    private final Map<Integer, String> refused = new ConcurrentSkipListMap<>();
    private boolean stopping;

    LocalCluster(ClusterFolder folder, ClusterConfig config) {
        this.folder = folder;
        this.watchdogs = new Watchdogs(folder, config);
    }

    Watchdogs watchdogs() {
        return watchdogs;
    }

    List<WatchdogProcess> started() {
        return List.copyOf(started);
    }

    /** Why replicas were not even started, by their numbers: their keys cannot be used. */
    Map<Integer, String> refused() {
        return Map.copyOf(refused);
    }

    /** Starts the watchdogs of these replicas, except those that run already and those whose keys cannot be used. */
    void start(List<Integer> replicas) throws IOException {
        for (int replica : replicas) {
            try {
                if (Watchdogs.status(folder, replica).isEmpty()) {
                    CoprocessorKeys.load(folder.coprocessor(replica));
                    CounterFile.check(folder.coprocessor(replica).resolve(CounterFile.NAME));
                    startOne(replica);
                }
            } catch (ConfigException e) {
                refused.put(replica, String.join("; ", e.problems()));
            }
        }
    }

    /** A signal may stop everything while it is being started: from then on nothing starts. */
    private synchronized void startOne(int replica) throws IOException {
        if (!stopping) {
            started.add(WatchdogProcess.start(folder, replica));
        }
    }

    /**
     * Waits until all of these replicas are ready, or as many as need be and no more come.
     *
     * <p>An amnesiac replica has its votes again when the others have moved on: that may never be, so where all that are
     * missing are amnesiac they are waited for as long as the rest is.
     *
     * @param enough with so many ready the rest is waited for a little only
     * @param timeout for enough to be ready
     * @param rest for the rest, after that
     * @return what is wrong with those that are not ready
     */
    List<String> awaitReady(List<Integer> replicas, int enough, Duration timeout, Duration rest)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        boolean settled = false;
        List<ClusterView.Member> missing = missing(replicas);
        while (System.nanoTime() - deadline < 0 && mayStillCome(missing, replicas.size(), enough)) {
            boolean quorum = replicas.size() - missing.size() >= enough;
            if (!settled && (quorum || missing.stream().allMatch(ClusterView.Member::isAmnesiac))) {
                settled = true;
                long most = quorum ? Long.MAX_VALUE : AMNESIACS.toNanos();
                deadline = System.nanoTime() + Math.min(rest.toNanos(), most);
            }
            Thread.sleep(POLL_MILLIS);
            missing = missing(replicas);
        }
        List<String> why = new ArrayList<>();
        for (ClusterView.Member member : missing) {
            why.add("replica " + member.id() + ": " + why(member));
        }
        return why;
    }

    /** Whether one that is missing may be ready yet, and enough may be: those whose watchdogs have ended never are. */
    private boolean mayStillCome(List<ClusterView.Member> missing, int all, int enough) throws IOException {
        SortedSet<Integer> ended = new TreeSet<>(refused.keySet());
        for (WatchdogProcess process : started) {
            if (process.end().isPresent()) {
                ended.add(process.replica());
            }
        }
        return all - ended.size() >= enough && missing.stream().anyMatch(member -> !ended.contains(member.id()));
    }

    private List<ClusterView.Member> missing(List<Integer> replicas) throws IOException, InterruptedException {
        return watchdogs.view().members().stream()
                .filter(member -> replicas.contains(member.id()) && !member.isReady())
                .toList();
    }

    private String why(ClusterView.Member member) throws IOException {
        if (refused.containsKey(member.id())) {
            return refused.getOrDefault(member.id(), "");
        }
        for (WatchdogProcess process : started) {
            Optional<String> end = process.replica() == member.id() ? process.end() : Optional.empty();
            if (end.isPresent()) {
                return end.get() + " (see " + folder.watchdogLog(member.id()) + ")";
            }
        }
        String problem = member.problem();
        // Its next boot may be under way; what it said before it died is still why it is not ready.
        String words = member.status()
                .filter(status -> status.phase() == ReplicaPhase.DOWN
                        || (status.phase() == ReplicaPhase.BOOTING && !problem.isEmpty()))
                .flatMap(status -> LastWords.in(folder.replicaLog(member.id()), 0))
                .map(said -> said + "; ")
                .orElse("");
        return words + (problem.isEmpty() ? "it is " + member.phase() : problem);
    }

    /** The processes of the cluster: watchdogs, coprocessors, replicas. */
    List<Long> pids() throws IOException, InterruptedException {
        List<Long> pids = new ArrayList<>();
        for (ClusterView.Member member : watchdogs.view().members()) {
            member.status().ifPresent(status -> {
                pids.add((long) status.watchdog().pid());
                pids.add((long) status.coprocessor().pid());
                pids.add((long) status.process().pid());
            });
        }
        return pids.stream().filter(pid -> pid > 0).toList();
    }

    /** Stops what was started here, by asking; what does not answer in time is killed. */
    void stop(Duration timeout) {
        synchronized (this) {
            stopping = true;
        }
        List<Integer> replicas =
                started.stream().map(WatchdogProcess::replica).distinct().toList();
        try {
            Watchdogs.forAll(replicas, replica -> StopCommand.stop(watchdogs, replica, timeout));
        } catch (IOException e) {
            // Whoever does not stop on request is killed below.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        started.forEach(WatchdogProcess::kill);
    }
}
