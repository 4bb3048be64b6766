package dev.bft.watchdog;

import dev.bft.keystore.Rom;
import dev.bft.watchdog.key.CoprocessorControl;
import dev.bft.watchdog.key.CoprocessorIdentity;
import dev.bft.watchdog.key.CoprocessorMain;
import dev.bft.watchdog.sandbox.Child;
import dev.bft.watchdog.sandbox.Descriptor;
import dev.bft.watchdog.sandbox.Launch;
import dev.bft.watchdog.sandbox.Limits;
import dev.bft.watchdog.sandbox.Spawner;
import dev.bft.watchdog.sandbox.SystemCallException;
import dev.bft.watchdog.sandbox.TrustedJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** A running coprocessor with the control channel to it; it ends when the channel does. */
final class CoprocessorProcess {

    /** It signs now and then: what runs a few times is not compiled, its arithmetic still is within one signature. */
    private static final List<String> FLAGS = List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:Tier3InvocationThreshold=1000",
            "-XX:Tier3MinInvocationThreshold=500",
            "-XX:Tier3CompileThreshold=4000",
            "-Xms16m",
            "-Xmx32m",
            "-Xss512k");

    private static final Limits LIMITS = new Limits(256, 16 << 20);
    private static final Duration ANSWER = Duration.ofSeconds(30);

    private final Child child;
    private final CoprocessorControl control;

    private CoprocessorProcess(Child child, CoprocessorControl control) {
        this.child = child;
        this.control = control;
    }

    /** Starts one and waits until it has its keys, which must be those of this replica in the ROM. */
    static CoprocessorProcess start(Spawner spawner, TrustedJvm jvm, WatchdogFolder folder) throws IOException {
        List<String> command = jvm.command(
                CoprocessorMain.class, FLAGS, List.of(folder.coprocessor().toString()));
        Descriptor.SocketPair pair = Descriptor.socketPair();
        CoprocessorProcess started;
        try (Descriptor theirs = pair.theirs();
                Descriptor log = Descriptor.appendTo(folder.watchdogLog())) {
            Launch launch = new Launch(command, Path.of("/"), List.of(theirs, log, log), LIMITS);
            Child child = spawner.spawn(launch);
            started = new CoprocessorProcess(
                    child, new CoprocessorControl(pair.ours().release()));
        } finally {
            pair.ours().close();
        }
        started.requireIdentity(folder);
        return started;
    }

    int pid() {
        return child.pid();
    }

    boolean isDead() {
        return child.death().isDone();
    }

    /** Tells, once it is proved dead, how it ended. */
    void onDeath(Consumer<String> told) {
        Thread waiting = new Thread(() -> told.accept(child.death().join().toString()), "end of the coprocessor");
        waiting.setDaemon(true);
        waiting.start();
    }

    /** Hands it the channel of a new boot; the old boot's channel is dead when this returns. */
    void newBoot(long boot, Descriptor channel) throws IOException {
        Patience.within(ANSWER, control::close, () -> {
            control.newBoot(boot, channel.number());
            return boot;
        });
    }

    void end() {
        control.close();
    }

    void kill() throws SystemCallException {
        child.kill();
    }

    private void requireIdentity(WatchdogFolder folder) throws IOException {
        CoprocessorIdentity identity;
        try {
            identity = Patience.within(ANSWER, control::close, control::identity);
        } catch (IOException e) {
            kill();
            throw new IOException(
                    "the coprocessor did not start (" + e.getMessage() + "), see " + folder.watchdogLog(), e);
        }
        Rom.Keys keys = folder.romKeys();
        boolean ours = identity.clusterId().equals(folder.rom().clusterId())
                && identity.replica() == folder.replica()
                && identity.sign().equals(keys.sign())
                && identity.open().equals(keys.open());
        if (!ours) {
            kill();
            throw new IOException(folder.coprocessor() + ": its keys are not those of replica " + folder.replica()
                    + " in the ROM; restore the one or the other");
        }
    }
}
