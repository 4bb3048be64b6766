package dev.bft.cli;

import dev.bft.keystore.ClusterConfig;
import dev.bft.keystore.ClusterConfig.Replica;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Stands between clients and replicas and does with their frames what it likes. */
final class Meddler implements AutoCloseable {

    private static final int FRAME_MAX = 4 << 20;

    private final Meddling meddling;
    private final AtomicLong meddled = new AtomicLong();
    private final List<Closeable> open = new CopyOnWriteArrayList<>();
    private final List<Integer> ports = new ArrayList<>();
    private final ClusterConfig config;

    /** What is sent to a replica in place of a client's frame: nothing, one frame, or several. */
    interface Meddling {
        List<byte[]> with(int replica, byte[] frame);
    }

    private Meddler(ClusterConfig config, Meddling meddling) {
        this.config = config;
        this.meddling = meddling;
    }

    static Meddler between(ClusterConfig config, Meddling meddling) throws IOException {
        Meddler meddler = new Meddler(config, meddling);
        for (Replica replica : config.replicas()) {
            ServerSocket socket = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
            meddler.open.add(socket);
            meddler.ports.add(socket.getLocalPort());
            start(() -> meddler.accept(socket, replica));
        }
        return meddler;
    }

    /** The cluster as clients behind this see it. */
    ClusterConfig config() {
        List<Replica> replicas = config.replicas().stream()
                .map(r -> new Replica(r.id(), "127.0.0.1", ports.get(r.id()), r.sign(), r.open()))
                .toList();
        return new ClusterConfig(
                config.cluster(),
                replicas,
                config.protocol(),
                config.recovery(),
                config.isolation(),
                config.audit(),
                config.limits());
    }

    /** How many frames were not passed on as they came. */
    long meddled() {
        return meddled.get();
    }

    private void accept(ServerSocket socket, Replica replica) throws IOException {
        while (true) {
            Socket client = socket.accept();
            Socket server = new Socket(replica.host(), replica.port());
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            open.add(client);
            open.add(server);
            start(() -> meddle(client, server, replica.id()));
            start(() -> pass(server, client));
        }
    }

    private void meddle(Socket from, Socket to, int replica) throws IOException {
        try (from;
                to) {
            DataInputStream in = new DataInputStream(from.getInputStream());
            DataOutputStream out = new DataOutputStream(to.getOutputStream());
            while (true) {
                int length = in.readInt();
                if (length < 1 || length > FRAME_MAX) {
                    throw new IOException("a client sent a frame of " + length);
                }
                byte[] frame = in.readNBytes(length);
                List<byte[]> sent = meddling.with(replica, frame.clone());
                meddled.addAndGet(sent.size() == 1 && Arrays.equals(sent.get(0), frame) ? 0 : 1);
                for (byte[] each : sent) {
                    out.writeInt(each.length);
                    out.write(each);
                }
                out.flush();
            }
        }
    }

    private static void pass(Socket from, Socket to) throws IOException {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        }
    }

    private static void start(Running task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException e) {
                // A connection that ends is what every one of these threads waits for.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    /** What a thread does until its connection ends. */
    private interface Running {
        void run() throws IOException;
    }

    @Override
    public void close() throws IOException {
        for (Closeable each : open) {
            each.close();
        }
    }
}
