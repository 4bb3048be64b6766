package dev.bft.watchdog.sandbox;

import com.sun.jna.Native;
import dev.bft.keystore.ClassArchive;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a JVM of the trusted side is started: this process's own java and jars, flags that leave no way in, and the native
 * library of JNA from a folder of ours.
 */
public final class TrustedJvm {

    /** No attach socket, no files in /tmp, no dump of memory anywhere. */
    private static final List<String> FLAGS = List.of(
            "-XX:+DisableAttachMechanism",
            "-XX:-UsePerfData",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=/dev/null",
            "-XX:+SuppressFatalErrorMessage",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:+UseSerialGC",
            "-Xshare:auto");

    /** It is over before a compiled method pays. */
    private static final List<String> LAUNCHER_FLAGS = List.of("-Xint", "-Xms8m", "-Xmx32m", "-Xss512k");

    private final Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    private final Path jnaFolder;

    /** @param jnaFolder as {@link JnaLibrary#unpack} made it */
    public TrustedJvm(Path jnaFolder) {
        this.jnaFolder = jnaFolder.toAbsolutePath();
    }

    /** Returns the command that runs a main class of this process's class path. */
    public List<String> command(Class<?> main, List<String> flags, List<String> arguments) {
        List<String> all = new ArrayList<>(ClassArchive.flags());
        all.addAll(flags);
        return command(System.getProperty("java.class.path"), all, main, arguments);
    }

    /**
     * The launcher sees two jars alone, its own and JNA's: each more would have to be opened before it starts. From the
     * archive, which holds for the whole class path alone, it starts without opening any.
     */
    List<String> launcher(Order order) throws IOException {
        if (!ClassArchive.flags().isEmpty()) {
            return command(Launcher.class, LAUNCHER_FLAGS, order.arguments());
        }
        String classPath = homeOf(Launcher.class) + File.pathSeparator + homeOf(Native.class);
        return command(classPath, LAUNCHER_FLAGS, Launcher.class, order.arguments());
    }

    private List<String> command(String classPath, List<String> flags, Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(java.toString());
        command.addAll(FLAGS);
        command.addAll(flags);
        command.addAll(JnaLibrary.flags(jnaFolder));
        command.add("-cp");
        command.add(classPath);
        command.add(main.getName());
        command.addAll(arguments);
        return command;
    }

    private static Path homeOf(Class<?> type) throws IOException {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IOException("cannot tell which jar holds " + type.getName(), e);
        }
    }
}
