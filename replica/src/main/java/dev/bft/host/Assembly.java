package dev.bft.host;

import dev.bft.coprocessor.LocalChannel;
import dev.bft.keystore.ClusterConfig;
import dev.bft.keystore.ClusterConfig.ServiceKind;
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
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/** Puts a replica together from what its watchdog said, the cluster file and the read-only memory. */
final class Assembly {
    private final Launch launch;
    private final ClusterConfig config;
    private final Rom rom;

    /** Checks that the three belong together. */
    Assembly(Launch launch, ClusterConfig config) throws ConfigException {
        this.launch = launch;
        this.config = config;
        this.rom = Rom.load(launch.rom());
        rom.check(config);
        if (launch.replica() >= config.cluster().n()) {
            throw new ConfigException("--id " + launch.replica() + ": bft.toml has replicas 0 to "
                    + (config.cluster().n() - 1));
        }
    }

    /**
     * A replica that is not running yet. It has its address and its files.
     *
     * @param folder where its files are
     * @param coprocessor the channel to its coprocessor
     * @param watchdog where its reports go
     * @param fatal ends it, with one line that says why
     * @throws java.net.BindException if the address cannot be had
     * @throws ForeignFileException if its files are not for it
     */
    ReplicaHost assemble(Folder folder, SocketChannel coprocessor, LocalChannel watchdog, Consumer<String> fatal)
            throws IOException, ForeignFileException, ConfigException {
        // The port first: whoever still holds it may still hold the state folder too.
        Transport transport = transport();
        int protocolPages = Replica.protocolPages(config.limits().sessions());
        int servicePages = (int) (config.limits().stateBytes() / PagedState.PAGE_SIZE);
        Owner owner = new Owner(config.cluster().idBytes(), launch.replica());
        Storage storage = Storage.open(
                folder,
                new Storage.Boot(
                        owner,
                        launch.boot(),
                        new Storage.Ticks(launch.tick(), launch.tickBefore()),
                        protocolPages + servicePages,
                        isDurable()));
        ExecutionMark mark = ExecutionMark.open(folder);
        PagedState state = new PagedState(storage.state(), protocolPages, servicePages);
        Replica core = new Replica(settings(mark.haltAt()), state, service(), new RomKeys(rom), mark);
        Reporter reporter = new Reporter(watchdog, fatal);
        reporter.start();
        return new ReplicaHost(
                core,
                new ReplicaHost.Surroundings(transport, storage, isDurable(), coprocessor, reporter, fatal),
                launch.boot());
    }

    private boolean isDurable() {
        return config.protocol().durability() == ClusterConfig.Durability.DISK;
    }

    private Settings settings(long haltAt) {
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
                config.limits().sessions(),
                config.limits().clients(),
                protocol.viewTimeout().toNanos(),
                protocol.agreedTimeSkew().toNanos(),
                haltAt);
    }

    /** The service, of this release or a class of the image that it was booted from. */
    private Service service() throws ConfigException {
        ServiceKind kind = config.cluster().service();
        if (!kind.isClass()) {
            return kind.equals(ServiceKind.KV) ? new KeyValueService() : new NullService();
        }
        try {
            return Class.forName(kind.name())
                    .asSubclass(Service.class)
                    .getConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException | ClassCastException | LinkageError e) {
            throw new ConfigException("bft.toml: service = \"" + kind.name() + "\" cannot be made (" + e
                    + "); it is a public class of the image that implements dev.bft.service.Service and has a public"
                    + " constructor without parameters: build one with bft image build --jar and sign it");
        }
    }

    private Transport transport() throws IOException {
        ClusterConfig.Limits limits = config.limits();
        NetSettings settings = NetSettings.standard()
                .withFrames(limits.frameBytes(), limits.frameBytesStranger())
                .withLinks(limits.links())
                .withMemory(limits.heapBytes() / 4, config.cluster().n());
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
}
