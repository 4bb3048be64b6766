package dev.bft.cli;

import dev.bft.watchdog.WatchdogClient;
import dev.bft.watchdog.WatchdogMain;
import dev.bft.watchdog.audit.AuditReader;
import dev.bft.watchdog.audit.AuditStore;
import dev.bft.watchdog.image.ImageTree;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;

/**
 * Does what commands and watchdogs do when they start, and ends. The build runs it in a JVM that lists the classes it
 * loads, and archives those: with the archive a command takes half the processor's time, a watchdog a third less.
 *
 * <p>What comes of it does not matter: without a running cluster most commands fail, late.
 */
final class ClassRehearsal {

    private static final long BOOT_SECONDS_MAX = 60;
    private static final long LOOK_MILLIS = 50;

    private ClassRehearsal() {}

    /** Runs it, in a folder of its own. */
    public static void main(String[] args)
            throws IOException, ClassNotFoundException, URISyntaxException, InterruptedException {
        // The watchdog's log, which is of no interest here.
        System.setErr(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        Path folder = Files.createTempDirectory("bft-rehearsal-");
        try {
            Path cluster = folder.resolve("c");
            type("keygen", "-c", cluster.toString());
            type("config", "check", "-c", cluster.toString());
            audit(folder.resolve("audit"));
            watchdog(cluster);
            type("--help");
            ofTheWatchdogsJar();
        } finally {
            ImageTree.delete(folder);
        }
        System.exit(0);
    }

    private static void type(String... words) {
        Main.commandLine(words)
                .setOut(new PrintWriter(Writer.nullWriter()))
                .setErr(new PrintWriter(Writer.nullWriter()))
                .execute(words);
    }

    private static void audit(Path folder) throws IOException {
        try (AuditStore store = AuditStore.open(folder, 0, false)) {
            store.append("start", false, new TreeMap<>());
        }
        try (AuditReader reader = new AuditReader(folder.resolve("queue"))) {
            reader.next();
        }
    }

    /** One watchdog in this process, with a coprocessor and a replica, which waits in vain for the others. */
    private static void watchdog(Path cluster) throws IOException, InterruptedException {
        Thread watchdog = new Thread(() -> WatchdogMain.run(cluster, 0), "watchdog");
        watchdog.setDaemon(true);
        watchdog.start();
        WatchdogClient client = new WatchdogClient(cluster, 0);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOOT_SECONDS_MAX);
        while (watchdog.isAlive() && !speaks(client) && System.nanoTime() - deadline < 0) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        type("status", "-c", cluster.toString());
        type("recover-now", "0", "-c", cluster.toString());
        type("hand-over", "-c", cluster.toString());
        type("kv", "put", "a", "b", "-c", cluster.toString(), "--timeout", "200ms");
        type("kv", "get", "a", "-c", cluster.toString(), "--timeout", "200ms");
        type("audit", "tail", "-c", cluster.toString());
        type("stop", "-c", cluster.toString());
        watchdog.join(TimeUnit.SECONDS.toMillis(BOOT_SECONDS_MAX));
    }

    /** Whether the replica of this watchdog has said how it is. */
    private static boolean speaks(WatchdogClient client) {
        try {
            return client.status().claim().isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    /** The rest of them: what other processes than this one run is there, and what goes wrong seldom. */
    private static void ofTheWatchdogsJar() throws IOException, ClassNotFoundException, URISyntaxException {
        Path jar = Path.of(WatchdogMain.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (JarFile file = new JarFile(jar.toFile())) {
            List<String> names = file.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.endsWith(".class") && !name.endsWith("-info.class"))
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .toList();
            for (String name : names) {
                Class.forName(name, false, ClassRehearsal.class.getClassLoader());
            }
        }
    }
}
