package dev.bft.cli.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A process that sends the messages of a replica and does nothing else: prints its port, reads those of all, and ends
 * with its connections.
 */
public final class FloorMain {

    static final int READ = 1;
    static final int REQUEST = 2;
    static final int PRE_PREPARE = 3;
    static final int PREPARE = 4;
    static final int REPLY = 5;

    private static final long FOR_EVER = 0;
    private static final long KEPT = 64;

    private final int me;
    private final int replicas;
    private final Mesh mesh;
    private final Map<Long, Integer> prepares = new TreeMap<>();

    private FloorMain(int me, int replicas) throws IOException {
        this.me = me;
        this.replicas = replicas;
        this.mesh = new Mesh(me, replicas + 1);
    }

    /** The arguments: which of how many replicas this is. */
    public static void main(String[] args) throws IOException {
        FloorMain replica = new FloorMain(Integer.parseInt(args[0]), Integer.parseInt(args[1]));
        try (ServerSocketChannel server =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            System.out.println(server.socket().getLocalPort());
            String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII)).readLine();
            replica.mesh.join(ports(line), server);
        }
        replica.serve();
    }

    private void serve() throws IOException {
        try {
            while (mesh.poll(FOR_EVER, this::received)) {
                // One message after the other.
            }
        } catch (IOException e) {
            // A connection that breaks has ended too.
        } finally {
            mesh.close();
        }
    }

    private static List<Integer> ports(String line) {
        return Arrays.stream(line.split(" ", -1)).map(Integer::valueOf).collect(Collectors.toList());
    }

    private void received(int kind, int sender, long number) {
        if (kind == READ) {
            mesh.send(replicas, REPLY, number);
        } else if (kind == REQUEST) {
            toAll(PRE_PREPARE, number);
        } else if (kind == PRE_PREPARE) {
            toAll(PREPARE, number);
            prepared(number);
        } else if (kind == PREPARE) {
            prepared(number);
        }
    }

    private void toAll(int kind, long number) {
        for (int to = 0; to < replicas; to++) {
            if (to != me) {
                mesh.send(to, kind, number);
            }
        }
    }

    /** 2f PREPAREs, its own among them if it is a backup: it answers. */
    private void prepared(long number) {
        if (prepares.merge(number, 1, Integer::sum) == (replicas - 1) / 3 * 2) {
            mesh.send(replicas, REPLY, number);
        }
        prepares.remove(number - KEPT);
    }
}
