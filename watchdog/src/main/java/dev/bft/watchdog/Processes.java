package dev.bft.watchdog;

import dev.bft.coprocessor.WatchdogOrder;
import dev.bft.keystore.ClusterConfig;
import dev.bft.watchdog.image.Boots;
import dev.bft.watchdog.image.ImageBuilder;
import dev.bft.watchdog.sandbox.Child;
import dev.bft.watchdog.sandbox.Descriptor;
import dev.bft.watchdog.sandbox.Launch;
import dev.bft.watchdog.sandbox.Limits;
import dev.bft.watchdog.sandbox.Spawner;
import dev.bft.watchdog.sandbox.SystemCallException;
import dev.bft.watchdog.sandbox.TrustedJvm;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The processes of one replica: its coprocessor, which outlives boots, and the replica of the present boot. */
final class Processes {

    /** A replica's files, jars and channels, its connections to the others, and those that it is about to refuse. */
    private static final int OPEN_FILES_BESIDE_LINKS = 256;

    private static final int OPEN_FILES = ClusterConfig.Limits.LINKS_MAX + OPEN_FILES_BESIDE_LINKS;
    private static final long LOG_BYTES_MAX = 16 << 20;

    /** A replica's largest file is its state; votes, journal and log stay below the rest. */
    private static final long FILE_BYTES_MIN = 2L << 30;

    private final WatchdogFolder folder;
    private final Boots boots;
    private final TrustedJvm jvm;
    private final Spawner spawner;
    private final Listener listener;
    private volatile Optional<CoprocessorProcess> coprocessor = Optional.empty();
    private volatile Optional<ReplicaProcess> replica = Optional.empty();

    /** Hears of both. */
    interface Listener extends ReplicaProcess.Listener {

        void spawned(long boot, int pid) throws InterruptedException;

        void coprocessorDied(String how);
    }

    Processes(WatchdogFolder folder, Boots boots, TrustedJvm jvm, Listener listener) {
        this.folder = folder;
        this.boots = boots;
        this.jvm = jvm;
        this.spawner = new Spawner(jvm);
        this.listener = listener;
    }

    int coprocessorPid() {
        return coprocessor
                .filter(process -> !process.isDead())
                .map(CoprocessorProcess::pid)
                .orElse(0);
    }

    int replicaPid() {
        return replica.map(ReplicaProcess::pid).orElse(0);
    }

    /** Starts the replica of a boot, and a coprocessor if there is none. */
    void spawn(MonitorAction.Spawn spawn) throws IOException, InterruptedException {
        long boot = spawn.boot();
        CoprocessorProcess at = coprocessor();
        Descriptor.SocketPair pair = Descriptor.socketPair();
        Descriptor.Pipe reports = Descriptor.pipe();
        Descriptor.Pipe orders = Descriptor.pipe();
        try (Descriptor replicaEnd = pair.theirs();
                Descriptor coprocessorEnd = pair.ours();
                Descriptor said = reports.readEnd();
                Descriptor saying = reports.writeEnd();
                Descriptor heard = orders.readEnd();
                Descriptor hearing = orders.writeEnd();
                Descriptor log = log()) {
            at.newBoot(boot, coprocessorEnd);
            List<Descriptor> descriptors = List.of(replicaEnd, saying, log, heard);
            Launch launch = new Launch(command(spawn), boots.folder(boot), descriptors, limits());
            // Opened while the other ends are: a pipe without its other end would have to be waited for.
            FileChannel in = FileChannel.open(said.path(), StandardOpenOption.READ);
            FileChannel out = FileChannel.open(hearing.path(), StandardOpenOption.WRITE);
            Child child;
            try {
                child = spawner.spawn(launch);
            } catch (IOException e) {
                in.close();
                out.close();
                throw e;
            }
            ReplicaProcess process = new ReplicaProcess(boot, child, in, out, listener);
            replica = Optional.of(process);
            listener.spawned(boot, child.pid());
            process.start();
        }
    }

    /** Called when its death is proved. */
    void forgetReplica() {
        replica = Optional.empty();
    }

    void tell(WatchdogOrder order) {
        replica.ifPresent(process -> process.tell(order));
    }

    void kill() throws SystemCallException {
        if (replica.isPresent()) {
            replica.get().kill();
        }
    }

    /** Ends the coprocessor. */
    void end() {
        coprocessor.ifPresent(CoprocessorProcess::end);
    }

    private CoprocessorProcess coprocessor() throws IOException {
        Optional<CoprocessorProcess> alive = coprocessor.filter(process -> !process.isDead());
        if (alive.isPresent()) {
            return alive.get();
        }
        CoprocessorProcess started = CoprocessorProcess.start(spawner, jvm, folder);
        coprocessor = Optional.of(started);
        started.onDeath(listener::coprocessorDied);
        return started;
    }

    private List<String> command(MonitorAction.Spawn spawn) {
        Path home = boots.folder(spawn.boot());
        Path rom = home.resolve(Boots.ROM);
        List<String> command = new ArrayList<>(List.of(
                home.resolve("jre/bin/java").toString(),
                "@" + ImageBuilder.ARGUMENTS,
                "--id",
                Integer.toString(folder.replica()),
                "--config",
                rom.resolve(String.valueOf(folder.cluster().config().getFileName()))
                        .toString(),
                "--rom",
                rom.toString(),
                "--state",
                folder.state().toString(),
                "--boot",
                Long.toString(spawn.boot()),
                "--tick",
                Long.toString(spawn.tick())));
        if (spawn.tickBefore() != spawn.tick()) {
            command.addAll(List.of("--tick-before", Long.toString(spawn.tickBefore())));
        }
        return command;
    }

    private Limits limits() {
        return new Limits(
                OPEN_FILES,
                Math.max(FILE_BYTES_MIN, 4 * folder.config().limits().stateBytes()));
    }

    /** A full log is set aside at the next boot, in place of the one before. */
    private Descriptor log() throws IOException {
        Path log = folder.replicaLog();
        if (Files.exists(log) && Files.size(log) > LOG_BYTES_MAX) {
            Files.move(log, log.resolveSibling("replica.log.1"), StandardCopyOption.REPLACE_EXISTING);
        }
        Files.createDirectories(
                folder.state(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return Descriptor.appendTo(log);
    }
}
