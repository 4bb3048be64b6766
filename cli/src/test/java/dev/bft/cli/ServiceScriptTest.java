package dev.bft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.client.BftClient;
import dev.bft.client.InvocationException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service that is not ours, from its source in the README to a cluster of real processes. */
final class ServiceScriptTest {

    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final long SKEW_MICROS = 2_000_000;

    @TempDir
    Path folder;

    @Test
    void theExampleOfTheReadmeIsBuiltInSignedAndServed() throws Exception {
        String source = ServiceJar.example();
        Path jar = ServiceJar.of(folder, source);
        Path built = folder.resolve("built");
        Shell shell = Shell.in(folder);
        Typed build = shell.bft("image", "build", "--jar", jar.toString(), "--out", built.toString());
        assertThat(build.exit()).as(build.toString()).isZero();
        TestCluster cluster =
                TestCluster.made(shell, "--service", ServiceJar.nameOf(source), "--image", built.toString());
        try {
            assertThat(cluster.must("image", "list")).contains("lib/service.jar");
            cluster.start();
            assertStamps(cluster, 1001);
            assertThat(cluster.must("recover-now", "0", "--wait")).contains("replica 0 recovered in");
            assertStamps(cluster, 1004);
        } finally {
            cluster.close();
        }
    }

    /** Three stamps and a refusal. */
    private static void assertStamps(TestCluster cluster, long first) throws Exception {
        try (BftClient client = BftClient.connect(cluster.config(), cluster.identity("admin"), 1)) {
            long before = 0;
            for (long number = first; number < first + 3; number++) {
                ByteBuffer stamp = ByteBuffer.wrap(client.invoke(new byte[0], ANSWER));
                assertThat(stamp.getLong()).isEqualTo(number);
                long micros = stamp.getLong();
                long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
                assertThat(micros).isGreaterThan(before).isBetween(now - SKEW_MICROS, now + SKEW_MICROS);
                before = micros;
            }
            assertRefused(client);
        }
    }

    private static void assertRefused(BftClient client) throws InterruptedException, IOException {
        try {
            client.invoke(new byte[1], ANSWER);
            throw new AssertionError("a stamp with an operand");
        } catch (InvocationException e) {
            assertThat(e).hasMessageContaining("a stamp takes no operand");
        }
    }
}
