package dev.bft.watchdog.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
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
