package dev.bft.keystore;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Finds ports of this host that nobody listens on. */
final class FreePorts {

    /** Below the ports that systems hand out to connecting sockets, which could take one before the replica starts. */
    private static final int LEAST = 10_000;

    private static final int MOST = 32_000;
    private static final int TRIES = 1_000;

    private FreePorts() {}

    /** Different free ports on the loopback address. */
    static List<Integer> find(int count, RandomGenerator random) throws IOException {
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < TRIES && found.size() < count; i++) {
            int port = random.nextInt(LEAST, MOST);
            if (!found.contains(port) && isFree(port)) {
                found.add(port);
            }
        }
        if (found.size() < count) {
            throw new IOException("no " + count + " free ports on the loopback address; give --base-port");
        }
        return found;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
