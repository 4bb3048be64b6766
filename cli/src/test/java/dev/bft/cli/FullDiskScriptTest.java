package dev.bft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Real file systems that run full under load: see {@link FullDisk}, whose processes alone see what it mounts. */
@Isolated("how soon a disk is full depends on how fast it is filled")
final class FullDiskScriptTest {

    private static final int DEADLINE_MINUTES = 8;

    @TempDir
    Path folder;

    @BeforeEach
    void mayMount() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(inOwnNamespace());
        command.addAll(List.of("mount", "-t", "tmpfs", "-o", "size=1m", "none", folder.toString()));
        int exit = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("probe").toFile())
                .start()
                .waitFor();
        Loudly.assume(
                exit == 0, "mounting needs root or user namespaces: " + Files.readString(folder.resolve("probe")));
    }

    @Test
    void aReplicaWhoseDiskIsFullSaysWhyEndsAndComesBackWithItsVotes() throws Exception {
        assertThat(said("replica")).endsWith("ok\n");
    }

    @Test
    void aClusterWhoseDiskIsFullStopsLosesNothingAndGoesOnWhenThereIsRoom() throws Exception {
        assertThat(said("cluster")).endsWith("ok\n");
    }

    private String said(String what) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Path disk = Files.createDirectory(folder.resolve("disk"));
        List<String> command = new ArrayList<>(inOwnNamespace());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--add-") || flag.startsWith("-Dchronicle."))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), FullDisk.class.getName()));
        command.addAll(List.of(what, disk.toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(output.toFile()))
                .start();
        if (!process.waitFor(DEADLINE_MINUTES, TimeUnit.MINUTES)) {
            process.destroy();
            process.waitFor(1, TimeUnit.MINUTES);
            process.destroyForcibly();
        }
        System.out.println(Files.readString(output));
        return Files.readString(output);
    }

    private static List<String> inOwnNamespace() {
        return Shell.isRoot() ? List.of("unshare", "-m") : List.of("unshare", "-U", "--map-root-user", "-m");
    }
}
