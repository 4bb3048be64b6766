package dev.bft.watchdog.key;

import dev.bft.keystore.ConfigException;
import dev.bft.keystore.CoprocessorKeys;
import dev.bft.keystore.CounterFile;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The coprocessor process. Its one argument is the folder of the key and the counter; fd 0 is the monitor's channel.
 *
 * <p>Exit codes: 0 when the monitor's channel ends, 2 for wrong arguments, 3 for a key or counter that cannot be used,
 * 1 for anything else.
 */
public final class CoprocessorMain {

    private static final int MONITOR = 0;

    private CoprocessorMain() {}

    /** Guards the process, loads the keys, and serves until the monitor is gone. */
    public static void main(String[] arguments) {
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> die(error));
        if (arguments.length != 1) {
            exit(2, "a coprocessor takes one argument, its folder; it is started by a watchdog");
        }
        try {
            SelfGuard.raise();
            Path folder = Path.of(arguments[0]);
            Vault vault = new Vault(CoprocessorKeys.load(folder), CounterFile.open(folder.resolve(CounterFile.NAME)));
            new ControlSession(vault, new FdSocket(MONITOR), CoprocessorMain::log).serve();
            Runtime.getRuntime().halt(0);
        } catch (ConfigException e) {
            exit(3, String.valueOf(e.getMessage()));
        } catch (IOException | InterruptedException | CounterLostException e) {
            die(e);
        }
    }

    /** Ends the process, whatever other threads do: a coprocessor that is not whole must not sign. */
    static void die(Throwable error) {
        exit(1, "it ends: " + error);
    }

    private static void exit(int code, String reason) {
        log(reason);
        Runtime.getRuntime().halt(code);
    }

    private static void log(String line) {
        System.err.println("coprocessor: " + line);
    }
}
