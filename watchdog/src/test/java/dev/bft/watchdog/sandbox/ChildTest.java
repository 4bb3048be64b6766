package dev.bft.watchdog.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class ChildTest {

    @TempDir
    Path folder;

    private Spawner spawner;

    @BeforeEach
    void unpack() throws IOException {
        spawner = new Spawner(new TrustedJvm(JnaLibrary.unpack(folder.resolve("jna"))));
    }

    @Test
    void aKilledProcessIsDeadOnlyWhenProved() throws Exception {
        Child child = spawn("/bin/sleep", "1000");
        assertThat(child.death()).isNotDone();
        child.kill();
        assertThat(child.death().get(60, TimeUnit.SECONDS)).isEqualTo(new Exit(true, 9));
        assertThat(Path.of("/proc/" + child.pid())).doesNotExist();
    }

    @Test
    void killingADeadProcessIsNoError() throws Exception {
        Child child = spawn("/bin/true");
        child.death().get(60, TimeUnit.SECONDS);
        child.kill();
    }

    @Test
    void theExitCodeIsKnown() throws Exception {
        Child child = spawn("/bin/sh", "-c", "exit 7");
        assertThat(child.death().get(60, TimeUnit.SECONDS)).hasToString("exit code 7");
    }

    @Test
    void aPipeToAChildCarriesBytesAndEndsWithIt() throws Exception {
        Descriptor.Pipe pipe = Descriptor.pipe();
        Child child;
        try (Descriptor log = Descriptor.appendTo(folder.resolve("log"))) {
            child = spawner.spawn(launch(List.of(log, pipe.writeEnd(), log), "/bin/echo", "hello"));
        }
        assertThat(pipe.readEnd().path()).satisfies(path -> {
            pipe.writeEnd().close();
            assertThat(Files.readString(path)).isEqualTo("hello\n");
        });
        pipe.readEnd().close();
        child.death().get(60, TimeUnit.SECONDS);
    }

    @Test
    void aChildOutlivesTheLastMentionOfItsSpawner() throws Exception {
        Child child = spawn("/bin/sh", "-c", "echo bound; sleep 3; exit 7");
        while (Files.size(folder.resolve("log")) == 0) {
            Thread.onSpinWait();
        }
        WeakReference<Spawner> forgotten = new WeakReference<>(spawner);
        unpack();
        while (forgotten.get() != null) {
            System.gc();
        }
        System.runFinalization();
        assertThat(child.death().get(60, TimeUnit.SECONDS)).hasToString("exit code 7");
    }

    private Child spawn(String... command) throws IOException {
        try (Descriptor log = Descriptor.appendTo(folder.resolve("log"))) {
            return spawner.spawn(launch(List.of(log, log, log), command));
        }
    }

    private static Launch launch(List<Descriptor> descriptors, String... command) {
        return new Launch(List.of(command), Path.of("/"), descriptors, new Limits(256, 1 << 20));
    }
}
