package dev.bft.watchdog.key;

import dev.bft.coprocessor.Coprocessor;
import dev.bft.coprocessor.LocalChannel;
import dev.bft.keystore.CoprocessorKeys;
import dev.bft.keystore.CounterFile;
import dev.bft.keystore.OpeningKey;
import dev.bft.keystore.SigningKey;
import dev.bft.watchdog.sandbox.Child;
import dev.bft.watchdog.sandbox.Descriptor;
import dev.bft.watchdog.sandbox.JnaLibrary;
import dev.bft.watchdog.sandbox.Launch;
import dev.bft.watchdog.sandbox.Limits;
import dev.bft.watchdog.sandbox.Spawner;
import dev.bft.watchdog.sandbox.TrustedJvm;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A coprocessor as a real process, started as a watchdog starts it. */
final class CoprocessorProcess implements Closeable {

    private static final String CLUSTER_ID = "00112233445566778899aabbccddeeff";

    private final Child child;
    private final CoprocessorControl control;
    private final Path log;

    private CoprocessorProcess(Child child, CoprocessorControl control, Path log) {
        this.child = child;
        this.control = control;
        this.log = log;
    }

    static CoprocessorKeys newKeys() {
        SecureRandom random = new SecureRandom();
        return new CoprocessorKeys(CLUSTER_ID, 2, SigningKey.generate(random), OpeningKey.generate(random));
    }

    /** Makes a coprocessor's folder, as keygen does. */
    static void makeFolder(Path folder, CoprocessorKeys keys) throws IOException {
        Files.createDirectories(folder);
        keys.save(folder);
        CounterFile.create(folder.resolve(CounterFile.NAME));
    }

    /** Starts a coprocessor on a folder; its log lies beside the folder. */
    static CoprocessorProcess start(Path folder) throws IOException {
        TrustedJvm jvm = new TrustedJvm(JnaLibrary.unpack(folder.resolveSibling("jna")));
        Path log = folder.resolveSibling("coprocessor.log");
        Descriptor.SocketPair pair = Descriptor.socketPair();
        try (Descriptor out = Descriptor.appendTo(log);
                Descriptor theirs = pair.theirs()) {
            List<String> command = jvm.command(CoprocessorMain.class, List.of("-Xmx48m"), List.of(folder.toString()));
            Child child = new Spawner(jvm)
                    .spawn(new Launch(command, Path.of("/"), List.of(theirs, out, out), new Limits(256, 1 << 20)));
            return new CoprocessorProcess(
                    child, new CoprocessorControl(pair.ours().number()), log);
        }
    }

    CoprocessorControl control() {
        return control;
    }

    Child child() {
        return child;
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    /** A new boot: the replica's end of its channel. */
    FdSocket boot(long bootSeq) throws IOException {
        Descriptor.SocketPair pair = Descriptor.socketPair();
        try (Descriptor theirs = pair.theirs()) {
            control.newBoot(bootSeq, theirs.number());
        }
        return new FdSocket(pair.ours().number());
    }

    static Coprocessor client(FdSocket socket) {
        return new Coprocessor(new LocalChannel(socket, socket));
    }

    /** How it ended; waits for that. */
    String awaitEnd() {
        return child.death().orTimeout(60, TimeUnit.SECONDS).join().toString();
    }

    /** Kills it as nothing else would, and waits until it is dead. */
    void kill() throws IOException {
        child.kill();
        awaitEnd();
        control.close();
    }

    @Override
    public void close() throws IOException {
        control.close();
        child.kill();
        awaitEnd();
    }
}
