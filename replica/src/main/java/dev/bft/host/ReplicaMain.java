package dev.bft.host;

import dev.bft.coprocessor.Coprocessor;
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
import java.nio.channels.Channel;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A replica's process, started by its watchdog: fd 0 leads to the coprocessor, fd 1 to the watchdog, fd 3 comes
 * from it, fd 2 is the log (decisions 2). Nothing else may be written to fd 1.
 */
public final class ReplicaMain {
    private final Launch launch;
    private final ClusterConfig config;

    private ReplicaMain(Launch launch, ClusterConfig config) {
        this.launch = launch;
        this.config = config;
    }

    /** Runs a replica until it is killed, or told to stop. */
    public static void main(String[] args) {
        OutputStream watchdog = new FileOutputStream(FileDescriptor.out);
        System.setOut(System.err);
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {
            e.printStackTrace();
            Stop.now(Stop.INTERNAL, "thread " + thread.getName() + " failed: " + e);
        });
        try {
            Launch launch = Launch.parse(args);
            new ReplicaMain(launch, ClusterFile.load(launch.config())).run(watchdog);
        } catch (ConfigException e) {
            Stop.now(Stop.CONFIGURATION, String.join("\n", e.problems()));
        } catch (ForeignFileException e) {
            Stop.now(Stop.CONFIGURATION, String.valueOf(e.getMessage()));
        } catch (BindException e) {
            Stop.now(Stop.CONFIGURATION, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            Stop.now(Stop.INTERNAL, e.toString());
        } catch (InterruptedException e) {
            Stop.now(Stop.INTERNAL, "interrupted");
        }
    }

    private void run(OutputStream watchdog)
            throws IOException, ConfigException, ForeignFileException, InterruptedException {
        Rom rom = Rom.load(launch.rom());
        rom.check(config);
        byte[] cluster = config.cluster().idBytes();
        int protocolPages = Replica.protocolPages(config.limits().sessions());
        int servicePages = (int) (config.limits().stateBytes() / PagedState.PAGE_SIZE);
        Storage.Boot boot = new Storage.Boot(
                new Owner(cluster, launch.replica()),
                launch.boot(),
                launch.tick(),
                protocolPages + servicePages,
                durable());
        Storage storage = Storage.open(new Directory(launch.state()), boot);
        storage.faults().forEach(fault -> System.err.println("bft-replica: " + fault));
        Reporter reporter = new Reporter(LocalChannel.of(InputStream.nullInputStream(), watchdog));
        ReplicaHost.daemon(reporter, "bft-reporter");
        Transport transport = transport();
        Replica core = new Replica(
                settings(), new PagedState(storage.state(), protocolPages, servicePages), service(), new RomKeys(rom));
        ReplicaHost.Parts parts = new ReplicaHost.Parts(storage, durable(), coprocessor(), reporter);
        ReplicaHost host = new ReplicaHost(core, transport, parts, launch);
        ReplicaHost.daemon(() -> obey(host), "bft-orders");
        byte[] seed = new byte[32];
        new SecureRandom().nextBytes(seed);
        host.run(seed);
        Runtime.getRuntime().halt(0);
    }

    private boolean durable() {
        return config.protocol().durability() == ClusterConfig.Durability.DISK;
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
                durable(),
                config.limits().sessions());
    }

    private Service service() {
        return switch (config.cluster().service()) {
            case KV -> new KeyValueService();
            case NULL -> new NullService();
        };
    }

    private Transport transport() throws IOException {
        Transport transport = new Transport(
                NetSettings.standard(), bound -> ThreadLocalRandom.current().nextLong(bound));
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

    private static Coprocessor coprocessor() throws IOException {
        Channel inherited = System.inheritedChannel();
        if (!(inherited instanceof SocketChannel socket)) {
            throw new IOException("fd 0 is no socket to a coprocessor; a replica is started by its watchdog");
        }
        return new Coprocessor(new LocalChannel(socket, socket));
    }

    private static void obey(ReplicaHost host) {
        try (FileInputStream orders = new FileInputStream("/proc/self/fd/3")) {
            LocalChannel channel = LocalChannel.of(orders, OutputStream.nullOutputStream());
            Optional<Frame> frame = channel.read();
            while (frame.isPresent()) {
                host.order(WatchdogOrder.decode(frame.get()));
                frame = channel.read();
            }
            Stop.now(Stop.INTERNAL, "the watchdog closed its channel");
        } catch (IOException e) {
            Stop.now(Stop.INTERNAL, "the watchdog's channel failed: " + e.getMessage());
        }
    }
}
