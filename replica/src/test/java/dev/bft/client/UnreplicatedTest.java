package dev.bft.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.host.UnreplicatedServer;
import dev.bft.service.NullService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The yardstick works, in memory and with a log. */
class UnreplicatedTest {
    @TempDir
    Path folder;

    private long operations(Optional<FileChannel> log) throws IOException, InterruptedException {
        AtomicLong count = new AtomicLong();
        try (UnreplicatedServer server = new UnreplicatedServer(new NullService(), 4, log)) {
            Thread thread = new Thread(() -> serve(server));
            thread.start();
            byte[] operation = {0, 0, 0, 8, 0, 0, 0, 0};
            try (UnreplicatedClient client = new UnreplicatedClient(
                    server.address(), UnreplicatedServer.CLUSTER, UnreplicatedServer.key(), 4, operation)) {
                client.run(200_000_000L, nanos -> count.incrementAndGet());
            }
            thread.interrupt();
            thread.join();
        }
        return count.get();
    }

    private static void serve(UnreplicatedServer server) {
        try {
            server.run();
        } catch (ClosedByInterruptException e) {
            // The test is over.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void answersFromMemory() throws IOException, InterruptedException {
        assertThat(operations(Optional.empty())).isPositive();
    }

    @Test
    void logsWhatItAnswers() throws IOException, InterruptedException {
        Path file = folder.resolve("log");
        FileChannel log = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        assertThat(operations(Optional.of(log))).isPositive();
        assertThat(Files.size(file)).isPositive();
    }
}
