package dev.bft.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Hostile clients, each a process of its own with a credential of its own: {@code h-KIND}. They are started at rest, so
 * that what a start costs is not taken for what they do.
 */
final class HostileClients implements AutoCloseable {
    private static final String NICE = "10";

    private final TestCluster cluster;
    private final Map<HostileKind, Running> running = new TreeMap<>();

    private record Running(Process process, BufferedReader said, PrintStream orders) {}

    private HostileClients(TestCluster cluster) {
        this.cluster = cluster;
    }

    /** What keygen must be told for their credentials. */
    static List<String> words(List<HostileKind> kinds) {
        return kinds.stream()
                .flatMap(k -> List.of("--client", name(k)).stream())
                .toList();
    }

    static String name(HostileKind kind) {
        return "h-" + kind.label();
    }

    /** Starts one of each of these kinds, at rest. */
    static HostileClients of(TestCluster cluster, List<HostileKind> kinds) throws IOException {
        HostileClients clients = new HostileClients(cluster);
        boolean whole = false;
        try {
            for (HostileKind kind : kinds) {
                clients.start(kind);
            }
            for (HostileKind kind : kinds) {
                clients.expect(kind, "ready");
            }
            whole = true;
            return clients;
        } finally {
            if (!whole) {
                clients.close();
            }
        }
    }

    private void start(HostileKind kind) throws IOException {
        Path target = Shell.checkout().resolve("cli/target");
        Path simulator = Shell.checkout().resolve("replica/target/test-classes");
        List<String> command = new ArrayList<>(List.of("nice", "-n", NICE));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp"));
        command.add(target.resolve("test-classes") + ":" + simulator + ":" + target.resolve("dist/lib") + "/*");
        command.addAll(List.of(
                HostileMain.class.getName(),
                kind.label(),
                cluster.folder().config().toString(),
                cluster.folder().client(name(kind)).toString(),
                cluster.folder().client("c0").toString()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        running.put(
                kind,
                new Running(
                        process,
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII)),
                        new PrintStream(process.getOutputStream(), true, StandardCharsets.US_ASCII)));
    }

    private String expect(HostileKind kind, String beginning) throws IOException {
        Optional<String> line = Optional.ofNullable(of(kind).said.readLine());
        return line.filter(said -> said.startsWith(beginning))
                .orElseThrow(() -> new AssertionError("the hostile client " + kind.label() + " says " + line));
    }

    private Running of(HostileKind kind) {
        return Optional.ofNullable(running.get(kind)).orElseThrow();
    }

    /** It begins, so many operations, frames or connections a second at most. */
    void go(HostileKind kind, int rate) throws IOException {
        of(kind).orders.println("go " + rate);
        expect(kind, "going");
    }

    /** It rests; what it did since it began. */
    String rest(HostileKind kind) throws IOException {
        of(kind).orders.println("rest");
        return expect(kind, "{");
    }

    /** The processor time it took since its start, in nanoseconds. */
    long cpuNanos(HostileKind kind) {
        return of(kind).process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    }

    @Override
    public void close() {
        running.values().forEach(each -> each.process.destroyForcibly());
    }
}
