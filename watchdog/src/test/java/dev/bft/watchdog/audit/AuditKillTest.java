package dev.bft.watchdog.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuditKillTest {

    private static final int KILLS = 10;

    @TempDir
    private Path home;

    @Test
    void writerThatIsKilledLosesNoAcknowledgedRecord() throws Exception {
        Random random = new Random(20);
        long acknowledged = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            try (WriterProcess writer = WriterProcess.start(home)) {
                int asked = 1 + random.nextInt(40);
                for (int i = 0; i < asked; i++) {
                    writer.append();
                }
                // Killed in a different step each time: after the first answer, somewhere in the next ones.
                assertThat(writer.acknowledged()).isGreaterThan(acknowledged);
                TimeUnit.MICROSECONDS.sleep(random.nextInt(60_000));
                acknowledged = writer.kill();
            }
        }
        AuditVerdict verdict = AuditVerdict.of(1, home);
        assertThat(verdict.findings()).isEmpty();
        assertThat(verdict.records()).isGreaterThanOrEqualTo(acknowledged);
    }

    /** A reader that outlives its writer may hold what the next writer must lock. */
    @Test
    void aReaderEndsWithWhoHasItStarted() throws Exception {
        try (WriterProcess starter = WriterProcess.start(home)) {
            starter.append();
            assertThat(starter.acknowledged()).isPositive();
            List<String> command = ReaderProcess.command(home.resolve("queue"), starter.pid());
            Process reader = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                assertThat(reader.inputReader(StandardCharsets.ISO_8859_1).readLine())
                        .isEqualTo(AuditTailMain.HELLO);
                starter.kill();
                assertThat(reader.waitFor(60, TimeUnit.SECONDS)).isTrue();
            } finally {
                reader.destroyForcibly();
            }
        }
    }

    @Test
    void writerThatIsKilledWhileItOpensLeavesAWholeLog() throws Exception {
        Random random = new Random(21);
        for (int kill = 0; kill < 10; kill++) {
            try (WriterProcess writer = WriterProcess.start(home)) {
                writer.append();
                TimeUnit.MILLISECONDS.sleep(300 + random.nextInt(1500));
                writer.kill();
            }
        }
        try (AuditStore store = AuditStore.open(home, 1, true)) {
            assertThat(store.findings()).isEmpty();
        }
        assertThat(AuditVerdict.of(1, home).findings()).isEmpty();
    }
}
