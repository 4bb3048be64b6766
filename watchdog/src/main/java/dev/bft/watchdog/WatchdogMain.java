package dev.bft.watchdog;

import dev.bft.keystore.ConfigException;
import dev.bft.watchdog.audit.AuditStore;
import dev.bft.watchdog.sandbox.JnaLibrary;
import dev.bft.watchdog.sandbox.TrustedJvm;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The watchdog process: {@code WatchdogMain CLUSTER-FOLDER REPLICA}. It ends when it was stopped by its control socket,
 * by SIGTERM or by SIGINT, and however it ends, its replica and its coprocessor end with it.
 *
 * <p>Exit codes: 0 stopped, 2 wrong arguments, 3 a file that cannot be used, 4 running already, 1 anything else.
 */
public final class WatchdogMain {

    private static final long STOP_SECONDS = 60;

    private WatchdogMain() {}

    /** Runs a watchdog; never returns. */
    public static void main(String[] args) {
        if (args.length != 2 || !args[1].matches("[0-9]{1,3}")) {
            System.err.println("usage: WatchdogMain CLUSTER-FOLDER REPLICA");
            System.exit(2);
        }
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        });
        Runtime.getRuntime().halt(run(Path.of(args[0]), Integer.parseInt(args[1])));
    }

    /** Runs a watchdog in this process, which must be ended with the code that this returns. */
    public static int run(Path cluster, int replica) {
        try {
            WatchdogFolder folder = WatchdogFolder.open(cluster, replica);
            Files.createDirectories(
                    folder.own(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path lockFile = folder.own().resolve("lock");
            try (FileChannel file = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = file.tryLock()) {
                if (lock == null) {
                    return fail(4, "watchdog " + replica + " is running already; see it with: bft status");
                }
                run(folder);
                return 0;
            }
        } catch (ConfigException e) {
            return fail(3, String.join("\n", e.problems()));
        } catch (IOException e) {
            return fail(
                    1,
                    "watchdog " + replica + " cannot go on: " + e.getMessage()
                            + "; see to the disk and to the rights of its folder, then start it again");
        } catch (InterruptedException e) {
            return fail(130, "interrupted");
        }
    }

    private static void run(WatchdogFolder folder) throws IOException, ConfigException, InterruptedException {
        TrustedJvm jvm = new TrustedJvm(JnaLibrary.unpack(folder.own().resolve("jna")));
        WatchdogLog log = new WatchdogLog(System.err, folder.replica());
        Path auditFolder = folder.cluster().audit(folder.replica());
        boolean sync = folder.config().audit().sync();
        AuditWriter audit = new AuditWriter(() -> AuditStore.open(auditFolder, folder.replica(), sync));
        BootNumbersFile numbers = new BootNumbersFile(folder.own().resolve("numbers"));
        Watchdog watchdog = new Watchdog(folder, jvm, audit, log, numbers);
        CountDownLatch ended = new CountDownLatch(1);
        Thread onSignal = new Thread(() -> stop(watchdog, ended), "stop on a signal");
        Runtime.getRuntime().addShutdownHook(onSignal);
        watchdog.run();
        log.say("ended");
        ended.countDown();
    }

    /** A signal is an order to stop: the process ends when the replica has saved and is dead. */
    private static void stop(Watchdog watchdog, CountDownLatch ended) {
        try {
            if (ended.getCount() > 0) {
                watchdog.stop(0);
                if (!ended.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                    System.err.println("watchdog: the replica did not end; it is killed with this process");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int fail(int code, String reason) {
        System.err.println("bft: " + reason);
        return code;
    }
}
