package dev.bft.cli;

import dev.bft.auth.MacKey;
import dev.bft.cli.bench.BaselineMain;
import dev.bft.host.UnreplicatedServer;
import dev.bft.net.NetSettings;
import dev.bft.net.Transport;
import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import dev.bft.wire.Request;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * One client of an unreplicated server, which waits a little between an answer and the next request: the longest that it
 * waits is what the machine makes anybody wait (decisions 11).
 */
final class BaselinePinger implements AutoCloseable {
    private static final int CLIENT = 1000;
    private static final long PAUSE = 10_000_000L;

    private final Process server;
    private final Transport transport;
    private final Thread thread = new Thread(this::run, "baseline-pinger");
    private volatile boolean stopped;
    private long sentAt;
    private long longest;
    private boolean waits;

    private BaselinePinger(Process server, Transport transport) {
        this.server = server;
        this.transport = transport;
    }

    /** Starts the server, a process, and the client, a thread. */
    static BaselinePinger start() throws IOException {
        Path lib = Shell.checkout().resolve("cli/target/dist/lib");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                lib + "/*",
                BaselineMain.class.getName());
        Process server = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader said =
                new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.US_ASCII));
        int port = Integer.parseInt(said.readLine());
        Transport transport = new Transport(NetSettings.standard(), bound -> 0);
        transport.dial(0, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        BaselinePinger pinger = new BaselinePinger(server, transport);
        pinger.thread.setDaemon(true);
        pinger.thread.start();
        return pinger;
    }

    private void run() {
        try (transport) {
            long number = 0;
            while (!stopped) {
                transport.poll(PAUSE, (link, frame) -> answered());
                if (transport.isConnected(0) && mayAsk()) {
                    transport.send(0, request(++number));
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("the pinger's selector failed", e);
        }
    }

    private synchronized boolean mayAsk() {
        boolean asks = !waits && System.nanoTime() - sentAt >= PAUSE;
        if (asks) {
            sentAt = System.nanoTime();
            waits = true;
        }
        return asks;
    }

    private synchronized void answered() {
        waits = false;
        longest = Math.max(longest, System.nanoTime() - sentAt);
    }

    private static byte[] request(long number) {
        MacKey key = UnreplicatedServer.key();
        Request request = new Request(0, 1, number, false, new byte[8], new byte[0]);
        byte[] open = Envelope.open(UnreplicatedServer.CLUSTER, CLIENT, request);
        Envelope.Mac mac = new Envelope.Mac(0, key.id(), key.tag(Digest.of(open)));
        return Envelope.complete(open, new Envelope.Macs(List.of(mac)));
    }

    /** The longest wait since this was asked last; nanoseconds. */
    synchronized long takeLongest() {
        long most = Math.max(longest, waits ? System.nanoTime() - sentAt : 0);
        longest = 0;
        return most;
    }

    @Override
    public void close() {
        stopped = true;
        server.destroyForcibly();
    }
}
