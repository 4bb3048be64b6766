package dev.bft.cli;

import dev.bft.keystore.ClientIdentity;
import dev.bft.keystore.ClusterConfig;
import dev.bft.keystore.ClusterFile;
import dev.bft.keystore.Credential;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The process of a hostile client. It obeys lines on its standard input: {@code go RATE} begins, {@code rest} ends and
 * says what was done, and it ends with its input.
 */
final class HostileMain {
    private static final long HARM_MAX = 60_000_000_000L;

    private HostileMain() {}

    /** The kind, the cluster file, the client's file and that of a client that it harms. */
    public static void main(String[] args) throws Exception {
        HostileKind kind = HostileKind.of(args[0]);
        ClusterConfig config = ClusterFile.load(Path.of(args[1]));
        ClientIdentity identity = ClientIdentity.load(Path.of(args[2]));
        Credential victim = ClientIdentity.load(Path.of(args[3])).credential();
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        AtomicBoolean stopped = new AtomicBoolean(true);
        CompletableFuture<Map<String, Long>> work = CompletableFuture.completedFuture(Map.of());
        System.out.println("ready");
        Optional<String> order = Optional.ofNullable(orders.readLine());
        while (order.isPresent()) {
            if (order.get().startsWith("go ")) {
                int rate = Integer.parseInt(order.get().substring(3));
                stopped.set(false);
                Hostility hostility = kind.sessions() > 0
                        ? new CrookedClient(kind, config, identity, rate)
                        : new Stranger(kind, config, victim, rate);
                work = begin(hostility, stopped);
                awaitHarm(hostility);
                System.out.println("going");
            } else {
                stopped.set(true);
                System.out.println(text(work));
            }
            order = Optional.ofNullable(orders.readLine());
        }
        Runtime.getRuntime().halt(0);
    }

    /** Keys are agreed on and sessions opened first; what is measured begins with the harm. */
    private static void awaitHarm(Hostility hostility) throws InterruptedException {
        long deadline = System.nanoTime() + HARM_MAX;
        while (!hostility.hasHarmed() && System.nanoTime() - deadline < 0) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private static CompletableFuture<Map<String, Long>> begin(Hostility hostility, AtomicBoolean stopped) {
        CompletableFuture<Map<String, Long>> done = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        done.complete(hostility.run(stopped::get));
                    } catch (IOException | InterruptedException e) {
                        done.completeExceptionally(e);
                    }
                },
                "hostility");
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((t, e) -> done.completeExceptionally(e));
        thread.start();
        return done;
    }

    private static String text(CompletableFuture<Map<String, Long>> work) throws InterruptedException {
        try {
            return work.get().toString();
        } catch (ExecutionException e) {
            e.printStackTrace();
            return "{failed=1}";
        }
    }
}
