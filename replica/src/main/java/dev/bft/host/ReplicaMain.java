package dev.bft.host;

import dev.bft.coprocessor.Frame;
import dev.bft.coprocessor.LocalChannel;
import dev.bft.coprocessor.WatchdogOrder;
import dev.bft.keystore.ClusterConfig;
import dev.bft.keystore.ClusterFile;
import dev.bft.keystore.ConfigException;
import dev.bft.keystore.Rom;
import dev.bft.net.NetSettings;
import dev.bft.net.Transport;
import dev.bft.protocol.Replica;
import dev.bft.protocol.Settings;
import dev.bft.service.NullService;
import dev.bft.service.Service;
import dev.bft.service.kv.KeyValueService;
import dev.bft.state.PagedState;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

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

    private final Launch launch;
    private final ClusterConfig config;

    private ReplicaMain(Launch launch, ClusterConfig config) {
        this.launch = launch;
        this.config = config;
    }

    /** Runs a replica until it is killed, or told to stop. */
    public static void main(String[] args) {
        System.setOut(System.err);
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {
            e.printStackTrace();
            stop(INTERNAL, "thread " + thread.getName() + " failed: " + e);
        });
        try {
            Launch launch = Launch.parse(args);
            new ReplicaMain(launch, ClusterFile.load(launch.config())).run();
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

    private void run() throws IOException, ConfigException, ForeignFileException, InterruptedException {
        if (launch.replica() >= config.cluster().n()) {
            throw new ConfigException("--id " + launch.replica() + ": bft.toml has replicas 0 to "
                    + (config.cluster().n() - 1));
        }
        Rom rom = Rom.load(launch.rom());
        rom.check(config);
        SocketChannel coprocessor = coprocessor();
        // The port first: whoever still holds it may still hold the state folder too.
        Transport transport = transport();
        int protocolPages = Replica.protocolPages(config.limits().sessions());
        int servicePages = (int) (config.limits().stateBytes() / PagedState.PAGE_SIZE);
        Storage storage = storage(protocolPages + servicePages);
        LocalChannel watchdog =
                LocalChannel.of(InputStream.nullInputStream(), new FileOutputStream(FileDescriptor.out));
        Reporter reporter = new Reporter(watchdog, ReplicaMain::fatal);
        reporter.start();
        Replica core = new Replica(
                settings(), new PagedState(storage.state(), protocolPages, servicePages), service(), new RomKeys(rom));
        ReplicaHost host = new ReplicaHost(
                core,
                new ReplicaHost.Surroundings(
                        transport, storage, isDurable(), coprocessor, reporter, ReplicaMain::fatal),
                launch.boot());
        Thread orders = new Thread(() -> obey(host), "orders");
        orders.setDaemon(true);
        orders.start();
        byte[] seed = new byte[32];
        new SecureRandom().nextBytes(seed);
        host.run(seed);
    }

    private boolean isDurable() {
        return config.protocol().durability() == ClusterConfig.Durability.DISK;
    }

    private Storage storage(int pageCount) throws IOException, ForeignFileException {
        Owner owner = new Owner(config.cluster().idBytes(), launch.replica());
        Storage storage = Storage.open(
                new Directory(launch.state()),
                new Storage.Boot(owner, launch.boot(), launch.tick(), pageCount, isDurable()));
        storage.faults().forEach(fault -> System.err.println("bft-replica: " + launch.state() + ": " + fault));
        return storage;
    }

    private Settings settings() {
        ClusterConfig.Protocol protocol = config.protocol();
        return new Settings(
                launch.replica(),
                config.cluster().n(),
                config.cluster().idBytes(),
                config.cluster().epoch(),
                protocol.checkpointPeriod(),
                protocol.logSize(),
                protocol.window(),
                protocol.batchBytes(),
                protocol.batchRequests(),
                protocol.statusPeriod().toNanos(),
                protocol.keyRefresh().toNanos(),
                isDurable(),
                config.limits().sessions());
    }

    private Service service() {
        return switch (config.cluster().service()) {
            case KV -> new KeyValueService();
            case NULL -> new NullService();
        };
    }

    private Transport transport() throws IOException {
        ClusterConfig.Limits limits = config.limits();
        NetSettings settings = NetSettings.standard()
                .withFrames(limits.frameBytes(), limits.frameBytesStranger())
                .withLinks(limits.links());
        Transport transport =
                new Transport(settings, bound -> ThreadLocalRandom.current().nextLong(bound));
        for (ClusterConfig.Replica replica : config.replicas()) {
            InetSocketAddress address = new InetSocketAddress(replica.host(), replica.port());
            if (replica.id() == launch.replica()) {
                transport.listen(address);
            } else {
                transport.dial(replica.id(), address);
            }
        }
        return transport;
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
