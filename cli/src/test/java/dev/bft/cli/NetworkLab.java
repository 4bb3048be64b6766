package dev.bft.cli;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Network namespaces with a wire each to a bridge in a namespace of its own, the hub. Nothing outside of these
 * namespaces changes. A wire on the other bridge, which nobody has an address on, is cut off from the hub, not from
 * others that are on it too.
 */
final class NetworkLab implements AutoCloseable {

    private static final long DEADLINE_SECONDS = 60;
    private static final String BRIDGE = "near";
    private static final String OTHER = "far";

    private final String hub;
    private final List<String> spokes = new ArrayList<>();

    private NetworkLab(String name) {
        this.hub = name + "hub";
    }

    /** Whether this machine has what it takes. */
    static boolean isPossible() {
        return Shell.isRoot() && Files.isExecutable(Path.of("/usr/sbin/ip"));
    }

    /** Makes the hub and so many spokes; the name must be unique on this machine. */
    static NetworkLab make(String name, int count) throws IOException, InterruptedException {
        NetworkLab lab = new NetworkLab(name);
        boolean whole = false;
        try {
            lab.build(name, count);
            whole = true;
            return lab;
        } finally {
            if (!whole) {
                lab.close();
            }
        }
    }

    /** One that another process made and will remove. */
    static NetworkLab existing(String name, int count) {
        NetworkLab lab = new NetworkLab(name);
        for (int i = 0; i < count; i++) {
            lab.spokes.add(name + i);
        }
        return lab;
    }

    private void build(String name, int count) throws IOException, InterruptedException {
        run("ip", "netns", "add", hub);
        inHub("ip", "link", "set", "lo", "up");
        inHub("ip", "link", "add", BRIDGE, "type", "bridge");
        inHub("ip", "link", "add", OTHER, "type", "bridge");
        inHub("ip", "addr", "add", address(count) + "/24", "dev", BRIDGE);
        inHub("ip", "link", "set", BRIDGE, "up");
        inHub("ip", "link", "set", OTHER, "up");
        for (int i = 0; i < count; i++) {
            String spoke = name + i;
            run("ip", "netns", "add", spoke);
            spokes.add(spoke);
            inHub("ip", "link", "add", wire(i), "type", "veth", "peer", "name", "eth0", "netns", spoke);
            inHub("ip", "link", "set", wire(i), "master", BRIDGE, "up");
            run(inSpoke(i, "ip", "link", "set", "lo", "up"));
            run(inSpoke(i, "ip", "addr", "add", address(i) + "/24", "dev", "eth0"));
            run(inSpoke(i, "ip", "link", "set", "eth0", "up"));
        }
    }

    /** The address of a spoke; of the hub with the number after the last. */
    static String address(int i) {
        return "10.77.7." + (i + 1);
    }

    private static String wire(int i) {
        return "wire" + i;
    }

    /** Moves the wires of these spokes to the other bridge; they reach each other and nobody else. */
    void cut(List<Integer> cut) throws IOException, InterruptedException {
        for (int i : cut) {
            inHub("ip", "link", "set", wire(i), "master", OTHER);
        }
    }

    /** All are on one bridge again. */
    void heal() throws IOException, InterruptedException {
        for (int i = 0; i < spokes.size(); i++) {
            inHub("ip", "link", "set", wire(i), "master", BRIDGE);
        }
    }

    /** A command in the namespace of the hub. */
    List<String> inHub(List<String> command) {
        return in(hub, command);
    }

    /** A command in the namespace of a spoke. */
    List<String> inSpoke(int i, String... command) {
        return in(spokes.get(i), List.of(command));
    }

    private static List<String> in(String namespace, List<String> command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        all.addAll(command);
        return all;
    }

    private void inHub(String... command) throws IOException, InterruptedException {
        run(inHub(List.of(command)));
    }

    private static void run(String... command) throws IOException, InterruptedException {
        run(List.of(command));
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", command) + " failed");
        }
    }

    @Override
    public void close() throws IOException {
        try {
            for (String spoke : spokes) {
                run("ip", "netns", "del", spoke);
            }
            if (Files.exists(Path.of("/run/netns", hub))) {
                run("ip", "netns", "del", hub);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while network namespaces were removed");
        }
    }
}
