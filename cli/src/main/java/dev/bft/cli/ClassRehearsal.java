package dev.bft.cli;

import dev.bft.watchdog.WatchdogMain;
import dev.bft.watchdog.audit.AuditStore;
import dev.bft.watchdog.image.ImageTree;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.jar.JarFile;

/**
 * Loads what commands and watchdogs load when they start, and ends. The build runs it in a JVM that archives the
 * classes it has loaded (JEP 350): with the archive a command takes a fifth less time, a watchdog a third.
 */
final class ClassRehearsal {

    private ClassRehearsal() {}

    /** Runs it, in a folder of its own. */
    public static void main(String[] args) throws IOException, ClassNotFoundException, URISyntaxException {
        Path folder = Files.createTempDirectory("bft-rehearsal-");
        try {
            Path cluster = folder.resolve("c");
            type("keygen", "-c", cluster.toString());
            type("config", "check", "-c", cluster.toString());
            type("status", "-c", cluster.toString());
            type("kv", "get", "a", "-c", cluster.toString(), "--timeout", "200ms");
            audit(folder.resolve("audit"));
            watchdog();
        } finally {
            ImageTree.delete(folder);
        }
    }

    /** What comes of it does not matter: without a running cluster most commands fail, late. */
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
    }

    /** A watchdog is not started for this: it needs ports, other users and a replica. */
    private static void watchdog() throws IOException, ClassNotFoundException, URISyntaxException {
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
