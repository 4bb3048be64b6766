package dev.bft.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CompilerTimeTest {

    @TempDir
    Path proc;

    @Test
    void theCompilersOfAllProcessesAreAddedUpAndNothingElse() throws IOException {
        thread(7, 8, "C2 CompilerThre", 5_000);
        thread(7, 9, "C1 CompilerThre", 300);
        thread(7, 10, "main", 1_000_000);
        thread(11, 12, "C2 CompilerThre", 20);
        assertThat(new CompilerTime(proc, List.of(7L, 11L, 99L)).read()).isEqualTo(5_320);
    }

    @Test
    void aCompilerThatHasEndedStillCounts() throws IOException {
        thread(7, 8, "C2 CompilerThre", 5_000);
        thread(7, 9, "C2 CompilerThre", 300);
        CompilerTime time = new CompilerTime(proc, List.of(7L));
        assertThat(time.read()).isEqualTo(5_300);
        Files.delete(proc.resolve("7/task/8/comm"));
        thread(7, 9, "C2 CompilerThre", 400);
        assertThat(time.read()).isEqualTo(5_400);
    }

    @Test
    void thisProcessHasCompilers() {
        assertThat(new CompilerTime(List.of(ProcessHandle.current().pid())).read())
                .isPositive();
    }

    private void thread(int pid, int tid, String name, long nanos) throws IOException {
        Path folder = proc.resolve(pid + "/task/" + tid);
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("comm"), name + "\n");
        Files.writeString(folder.resolve("schedstat"), nanos + " 17 3\n");
    }
}
