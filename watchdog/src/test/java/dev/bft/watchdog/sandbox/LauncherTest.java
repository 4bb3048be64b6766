package dev.bft.watchdog.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each bond that the launcher puts on a process, seen from inside and outside the process. */
@Timeout(120)
final class LauncherTest {

    private static final Limits LIMITS = new Limits(256, 1 << 20);

    @TempDir
    Path folder;

    private Spawner spawner;

    @BeforeEach
    void unpack() throws IOException {
        spawner = new Spawner(new TrustedJvm(JnaLibrary.unpack(folder.resolve("jna"))));
    }

    @Test
    void privilegesCannotGrowByExec() throws Exception {
        assertThat(outputOf("/bin/cat", "/proc/self/status")).contains("NoNewPrivs:\t1");
    }

    @Test
    void limitsHoldAndCannotBeRaised() throws Exception {
        String limits = outputOf("/bin/cat", "/proc/self/limits").replaceAll(" +", " ");
        assertThat(limits)
                .contains("Max core file size 0 0 bytes")
                .contains("Max open files 256 256 files")
                .contains("Max file size 1048576 1048576 bytes");
    }

    @Test
    void theEnvironmentIsMadeFromNothing() throws Exception {
        assertThat(outputOf("/usr/bin/env")).isEqualTo("LC_ALL=C.UTF-8\n");
    }

    @Test
    void onlyTheGivenDescriptorsAreOpen() throws Exception {
        assertThat(outputOf("/bin/ls", "/proc/self/fd").lines()).containsExactly("0", "1", "2", "3");
    }

    @Test
    void noSignalIsBlockedOrIgnored() throws Exception {
        assertThat(outputOf("/bin/cat", "/proc/self/status"))
                .contains("SigBlk:\t0000000000000000")
                .contains("SigIgn:\t0000000000000000");
    }

    @Test
    void theProgramRunsInItsFolder() throws Exception {
        assertThat(outputOf("/bin/pwd", "-P").strip())
                .isEqualTo(folder.toRealPath().toString());
    }

    @Test
    void theProgramHasASessionOfItsOwn() throws Exception {
        String stat = outputOf("/bin/cat", "/proc/self/stat");
        String[] fields = stat.split(" ", -1);
        assertThat(fields[5]).isEqualTo(fields[0]);
    }

    @Test
    void aProgramThatIsNotThereIsReportedByTheExitCode() throws Exception {
        Child child = spawn("/no/such/program");
        assertThat(child.death().get(60, TimeUnit.SECONDS)).isEqualTo(new Exit(false, Launcher.NOT_LAUNCHED));
        assertThat(Files.readString(folder.resolve("output")))
                .startsWith("launcher: exec /no/such/program: No such file");
    }

    @Test
    void aLauncherWhoseWatchdogIsGoneStartsNothing() throws Exception {
        Order order = new Order(
                1,
                3,
                LIMITS,
                "/",
                List.of("/bin/touch", folder.resolve("started").toString()));
        List<String> command = new TrustedJvm(folder.resolve("jna")).launcher(order);
        Process launcher = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(launcher.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said).isEqualTo("launcher: the watchdog, process 1, is gone\n");
        assertThat(launcher.waitFor()).isEqualTo(Launcher.NOT_LAUNCHED);
        assertThat(folder.resolve("started")).doesNotExist();
    }

    @Test
    void aLaunchedProcessDiesWithTheOneThatLaunchedIt() throws Exception {
        List<String> command =
                new TrustedJvm(folder.resolve("jna")).command(SpawnerHost.class, List.of(), List.of(folder.toString()));
        Process host = new ProcessBuilder(command)
                .redirectError(folder.resolve("host.log").toFile())
                .start();
        int pid;
        try (BufferedReader out = host.inputReader()) {
            pid = Integer.parseInt(out.readLine());
            awaitProgram(pid, "sleep");
            host.destroyForcibly().waitFor();
        }
        ProcessHandle.of(pid).ifPresent(sleeper -> sleeper.onExit().join());
    }

    private String outputOf(String... command) throws Exception {
        Child child = spawn(command);
        assertThat(child.death().get(60, TimeUnit.SECONDS)).isEqualTo(new Exit(false, 0));
        return Files.readString(folder.resolve("output"));
    }

    private Child spawn(String... command) throws IOException {
        try (Descriptor in = Descriptor.appendTo(folder.resolve("input"));
                Descriptor out = Descriptor.appendTo(folder.resolve("output"))) {
            return spawner.spawn(new Launch(List.of(command), folder, List.of(in, out, out), LIMITS));
        }
    }

    private static void awaitProgram(int pid, String name) throws Exception {
        while (!Files.readString(Path.of("/proc/" + pid + "/comm")).strip().equals(name)) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }
}
