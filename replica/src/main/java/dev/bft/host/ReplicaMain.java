package dev.bft.host;

import dev.bft.coprocessor.Frame;
import dev.bft.coprocessor.LocalChannel;
import dev.bft.coprocessor.WatchdogOrder;
import dev.bft.keystore.ClusterFile;
import dev.bft.keystore.ConfigException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * A replica's process, started by its watchdog: fd 0 leads to the coprocessor, fd 1 to the watchdog, fd 3 comes
 * from it, fd 2 is the log (decisions 2). Nothing but reports is written to fd 1.
 *
 * <p>It ends with 0 when it was told to stop, 1 after an internal error or when its watchdog, its coprocessor or its
 * disk is gone, 3 if its configuration or files are not as they must be, 4 if it cannot have its address; always with
 * one line on fd 2 unless it is 0.
 */
public final class ReplicaMain {
    private static final int INTERNAL = 1;
    private static final int CONFIGURATION = 3;
    private static final int UNREACHABLE = 4;

    private ReplicaMain() {}

    /** Runs a replica until it is killed, or told to stop. */
    public static void main(String[] args) {
        System.setOut(System.err);
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {
            e.printStackTrace();
            stop(INTERNAL, "thread " + thread.getName() + " failed: " + e);
        });
        try {
            run(Launch.parse(args));
            Runtime.getRuntime().halt(0);
        } catch (ConfigException e) {
            stop(CONFIGURATION, String.join("\n", e.problems()));
        } catch (ForeignFileException e) {
            stop(CONFIGURATION, String.valueOf(e.getMessage()));
        } catch (BindException e) {
            stop(UNREACHABLE, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            stop(INTERNAL, e.toString());
        } catch (InterruptedException e) {
            stop(INTERNAL, "interrupted");
        }
    }

    /** Says why and ends at once: nothing more may leave this process. The watchdog reboots it. */
    private static void stop(int code, String why) {
        System.err.println("bft-replica: " + why);
        System.err.flush();
        Runtime.getRuntime().halt(code);
    }

    private static void fatal(String why) {
        stop(INTERNAL, why);
    }

    private static void run(Launch launch)
            throws IOException, ConfigException, ForeignFileException, InterruptedException {
        Assembly assembly = new Assembly(launch, ClusterFile.load(launch.config()));
        LocalChannel watchdog =
                LocalChannel.of(InputStream.nullInputStream(), new FileOutputStream(FileDescriptor.out));
        ReplicaHost host =
                assembly.assemble(new Directory(launch.state()), coprocessor(), watchdog, ReplicaMain::fatal);
        Thread rehearsal = rehearse();
        host.faults().forEach(fault -> System.err.println("bft-replica: " + launch.state() + ": " + fault));
        Thread orders = new Thread(() -> obey(host), "orders");
        orders.setDaemon(true);
        orders.start();
        byte[] seed = new byte[32];
        new SecureRandom().nextBytes(seed);
        host.run(seed, () -> !rehearsal.isAlive());
    }

    /** Rehearses meanwhile. What goes wrong with that makes this replica slower at first, and nothing else. */
    private static Thread rehearse() {
        Thread thread = new Thread(Rehearsal::once, "rehearsal");
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((t, e) -> System.err.println("bft-replica: the rehearsal failed: " + e));
        thread.start();
        return thread;
    }

    private static SocketChannel coprocessor() throws IOException, ConfigException {
        if (System.inheritedChannel() instanceof SocketChannel socket) {
            return socket;
        }
        throw new ConfigException("fd 0 is no socket to a coprocessor; a replica is started by its watchdog");
    }

    private static void obey(ReplicaHost host) {
        try (FileInputStream orders = new FileInputStream("/proc/self/fd/3")) {
            LocalChannel channel = LocalChannel.of(orders, OutputStream.nullOutputStream());
            Optional<Frame> frame = channel.read();
            while (frame.isPresent()) {
                host.order(WatchdogOrder.decode(frame.get()));
                frame = channel.read();
            }
            fatal("the watchdog closed its channel");
        } catch (IOException e) {
            fatal("the watchdog's channel failed: " + e.getMessage());
        }
    }
}
