package dev.bft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** The commands that make a cluster of their own and leave nothing behind. */
@Isolated("its promises have times")
final class DemoScriptTest {

    @TempDir
    Path folder;

    @Test
    void theDemoKeepsEveryPromiseAndRemovesEverything() throws IOException, InterruptedException {
        Path scratch = Files.createDirectories(folder.resolve("scratch"));
        Typed demo = Shell.in(folder).line("TMPDIR=" + scratch + " bft demo");
        assertThat(demo.exit()).as(demo.toString()).isZero();
        assertThat(demo.out()).contains("every promise was kept", "figures: ", "refuses to boot");
        assertThat(children(scratch)).isZero();
    }

    @Test
    void anInterruptedDemoRemovesEverythingToo() throws IOException, InterruptedException {
        Path scratch = Files.createDirectories(folder.resolve("scratch"));
        Path output = folder.resolve("output");
        Process demo = Shell.in(folder).running(output, "env TMPDIR=" + scratch + " bft demo");
        long deadline = System.nanoTime() + TestCluster.DEADLINE.toNanos();
        while (!Files.readString(output).contains("started:")) {
            assertThat(System.nanoTime() - deadline).isNegative();
            Thread.sleep(50);
        }
        demo.destroy();
        assertThat(demo.waitFor(TestCluster.DEADLINE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(children(scratch)).isZero();
    }

    @Test
    void aBenchReportsExactlyTheFieldsThatProgramsRelyOn() throws IOException, InterruptedException {
        Typed bench = Shell.in(folder).bft("bench", "latency", "--seconds", "5", "-o", "json");
        assertThat(bench.exit()).as(bench.toString()).isZero();
        Map<String, Object> report = JsonReader.object(bench.out());
        assertThat(report.keySet())
                .containsExactly(
                        "v",
                        "profile",
                        "arg_bytes",
                        "result_bytes",
                        "mode",
                        "durability",
                        "replicas",
                        "clients",
                        "read_only",
                        "warm",
                        "seconds",
                        "ops",
                        "errors",
                        "ops_per_s",
                        "ops_per_s_min",
                        "ops_per_s_max",
                        "p50_us",
                        "p99_us",
                        "max_gap_ms",
                        "cpu_us_per_op",
                        "memory_mib",
                        "memory_loaded_mib",
                        "baseline_ops_per_s",
                        "baseline_p50_us",
                        "echo_p50_us",
                        "floor_p50_us",
                        "ratio",
                        "ratio_min",
                        "ratio_max");
        assertThat(report).containsEntry("mode", "latency").containsEntry("errors", 0L);
        assertThat((Double) report.get("ratio")).isPositive();
    }

    @Test
    void aBenchOfViewChangesReportsExactlyTheFieldsThatProgramsRelyOn() throws IOException, InterruptedException {
        Typed bench = Shell.in(folder).bft("bench", "viewchange", "--hand-overs", "2", "-o", "json");
        assertThat(bench.exit()).as(bench.toString()).isZero();
        Map<String, Object> report = JsonReader.object(bench.out());
        assertThat(report.keySet())
                .containsExactly(
                        "v",
                        "mode",
                        "replicas",
                        "durability",
                        "hand_overs",
                        "errors",
                        "warm",
                        "first_view_change_us",
                        "view_change_p50_us",
                        "view_change_p99_us",
                        "view_change_max_us",
                        "view_change_used_p50_us",
                        "view_change_used_p99_us",
                        "view_change_used_max_us",
                        "client_p50_us",
                        "client_p99_us",
                        "client_max_us",
                        "client_undisturbed_p50_us",
                        "client_undisturbed_p99_us",
                        "client_undisturbed_max_us",
                        "ping_p50_us");
        assertThat(report).containsEntry("mode", "viewchange").containsEntry("errors", 0L);
        assertThat((Double) report.get("view_change_p50_us")).isPositive();
    }

    private static long children(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.count();
        }
    }
}
