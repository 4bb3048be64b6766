package dev.bft.cli;

import dev.bft.keystore.ClusterConfig;
import dev.bft.keystore.ClusterFolder;
import dev.bft.watchdog.WatchdogClient;
import dev.bft.watchdog.WatchdogStatus;
import dev.bft.watchdog.WatchdogUnreachableException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The watchdogs of a cluster on this host, asked all at once, so that one that hangs delays no other. */
final class Watchdogs {

    private final ClusterFolder folder;
    private final ClusterConfig config;

    Watchdogs(ClusterFolder folder, ClusterConfig config) {
        this.folder = folder;
        this.config = config;
    }

    /** What one watchdog says; empty if it is not running. */
    static Optional<WatchdogStatus> status(ClusterFolder folder, int replica) throws IOException {
        try {
            return Optional.of(new WatchdogClient(folder.root(), replica).status());
        } catch (WatchdogUnreachableException e) {
            return Optional.empty();
        }
    }

    /** The replicas whose address is of this host and whose folder is here. */
    List<Integer> here() {
        return config.replicas().stream()
                .filter(replica -> Files.isDirectory(folder.replica(replica.id())) && LocalHost.is(replica.host()))
                .map(ClusterConfig.Replica::id)
                .toList();
    }

    WatchdogClient client(int replica) {
        return new WatchdogClient(folder.root(), replica);
    }

    /** What all watchdogs say. */
    ClusterView view() throws IOException, InterruptedException {
        List<Integer> here = here();
        List<ClusterView.Member> members = forAll(
                replicas(),
                id -> new ClusterView.Member(
                        id, here.contains(id), here.contains(id) ? status(folder, id) : Optional.empty()));
        return new ClusterView(config.cluster().n(), config.cluster().f(), members);
    }

    private List<Integer> replicas() {
        return config.replicas().stream().map(ClusterConfig.Replica::id).toList();
    }

    /** Asks something of several replicas at once; the answers come in the order of the replicas. */
    static <T> List<T> forAll(List<Integer> replicas, Question<T> question) throws IOException, InterruptedException {
        if (replicas.isEmpty()) {
            return List.of();
        }
        ExecutorService threads = Executors.newFixedThreadPool(replicas.size());
        try {
            List<Callable<T>> asked = new ArrayList<>();
            replicas.forEach(id -> asked.add(() -> question.ask(id)));
            List<T> answers = new ArrayList<>();
            for (Future<T> answer : threads.invokeAll(asked)) {
                answers.add(answer.get());
            }
            return answers;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failed) {
                throw failed;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    /** Something to ask of a replica's watchdog. */
    interface Question<T> {
        T ask(int replica) throws IOException, InterruptedException;
    }
}
