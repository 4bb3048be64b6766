package dev.bft.cli.bench;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The messages of one client's operations, sent among as many processes as a cluster has over bare connections, with
 * nothing done beside: what this machine cannot go below. An ordered one takes a request, PRE-PREPAREs, PREPAREs and a
 * reply of each replica, its COMMITs ride on the next; one that only reads, a request to each and its reply.
 */
public final class Floor implements Closeable {

    private static final long POLL_MILLIS = 100;

    private final int replicas;
    private final boolean reads;
    private final List<Process> processes = new ArrayList<>();
    private final Mesh mesh;
    private long number;
    private int replies;
    private long sentAt;

    private Floor(int replicas, boolean reads) throws IOException {
        this.replicas = replicas;
        this.reads = reads;
        this.mesh = new Mesh(replicas, replicas + 1);
    }

    /** Starts the processes of so many replicas; {@code reads}: the operation is one that only reads. */
    public static Floor start(int replicas, boolean reads) throws IOException {
        Floor floor = new Floor(replicas, reads);
        try {
            floor.begin();
            return floor;
        } catch (IOException e) {
            floor.close();
            throw e;
        }
    }

    private void begin() throws IOException {
        List<Integer> ports = new ArrayList<>();
        for (int replica = 0; replica < replicas; replica++) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:+UseSerialGC",
                            "-Xmx64m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            FloorMain.class.getName(),
                            String.valueOf(replica),
                            String.valueOf(replicas))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            processes.add(process);
        }
        for (Process process : processes) {
            String port = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            if (port == null) {
                throw new IOException("a process that only sends messages did not start; see above");
            }
            ports.add(Integer.valueOf(port));
        }
        String line = ports.stream().map(String::valueOf).collect(Collectors.joining(" ", "", "\n"));
        for (Process process : processes) {
            process.getOutputStream().write(line.getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().flush();
        }
        try (ServerSocketChannel nobody =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            mesh.join(ports, nobody);
        }
    }

    /** One operation after the other, each over with the replies of 2f+1. */
    Sample run(Duration time) throws IOException {
        long start = System.nanoTime();
        Meter meter = new Meter(start);
        send();
        long now = start;
        while (now - start < time.toNanos()) {
            boolean there = mesh.poll(POLL_MILLIS, (kind, sender, answered) -> received(answered, meter));
            if (!there) {
                throw new IOException("a process that only sends messages is gone");
            }
            now = System.nanoTime();
        }
        return meter.sample(now - start, 0, now);
    }

    private void send() {
        number++;
        replies = 0;
        sentAt = System.nanoTime();
        for (int to = 0; to < (reads ? replicas : 1); to++) {
            mesh.send(to, reads ? FloorMain.READ : FloorMain.REQUEST, number);
        }
    }

    private void received(long answered, Meter meter) {
        if (answered == number && ++replies == (replicas - 1) / 3 * 2 + 1) {
            meter.completed(System.nanoTime() - sentAt);
            send();
        }
    }

    @Override
    public void close() throws IOException {
        mesh.close();
        processes.forEach(Process::destroy);
    }
}
