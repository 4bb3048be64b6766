package dev.bft.cli.bench;

import dev.bft.client.UnreplicatedClient;
import dev.bft.host.UnreplicatedServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The unreplicated baseline as a process of its own, and its clients in this one: the same frames and MACs. */
public final class Baseline implements Load, AutoCloseable {

    private static final long END_SECONDS = 5;

    private final Process server;
    private final InetSocketAddress address;
    private final InetSocketAddress echo;
    private final Floor floor;
    private final int clients;
    private final byte[] operation;

    private Baseline(Process server, List<InetSocketAddress> addresses, Floor floor, int clients, byte[] operation) {
        this.server = server;
        this.address = addresses.get(0);
        this.echo = addresses.get(1);
        this.floor = floor;
        this.clients = clients;
        this.operation = operation.clone();
    }

    /**
     * Starts it.
     *
     * @param log where each operation is synced to; empty for a baseline in memory
     * @param floor is measured by turns with it, and closed by whoever started it
     */
    public static Baseline start(Optional<Path> log, int clients, byte[] operation, Floor floor) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                BaselineMain.class.getName()));
        log.map(Path::toString).ifPresent(command::add);
        Process server = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader said =
                new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.US_ASCII));
        List<InetSocketAddress> addresses = new ArrayList<>();
        while (addresses.size() < 2) {
            Optional<String> port = Optional.ofNullable(said.readLine());
            if (port.isEmpty()) {
                server.destroyForcibly();
                throw new IOException("the baseline did not start; see above");
            }
            addresses.add(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port.get())));
        }
        return new Baseline(server, addresses, floor, clients, operation);
    }

    /** Measures bare sockets between the two processes. */
    Sample echo(Duration time) throws IOException {
        return Echo.run(echo, time);
    }

    /** Measures the messages of the cluster's operation alone, between as many processes. */
    Sample floor(Duration time) throws IOException {
        return floor.run(time);
    }

    @Override
    public Sample run(Duration time) throws IOException {
        CpuTime cpu = new CpuTime(processes());
        try (UnreplicatedClient client = new UnreplicatedClient(
                address, UnreplicatedServer.CLUSTER, UnreplicatedServer.key(), clients, operation)) {
            long cpuBefore = cpu.read();
            long start = System.nanoTime();
            Meter meter = new Meter(start);
            client.run(time.toNanos(), meter::completed);
            long end = System.nanoTime();
            return meter.sample(end - start, cpu.read() - cpuBefore, end);
        }
    }

    @Override
    public List<Long> processes() {
        return List.of(server.pid());
    }

    @Override
    public void close() {
        server.destroy();
        try {
            if (!server.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                server.destroyForcibly();
            }
        } catch (InterruptedException e) {
            server.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
