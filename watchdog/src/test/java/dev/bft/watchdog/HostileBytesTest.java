package dev.bft.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.bft.coprocessor.Frame;
import dev.bft.coprocessor.LocalChannel;
import dev.bft.coprocessor.LocalProtocolException;
import dev.bft.coprocessor.ReplicaReport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever comes over a local channel is a message or is refused, and takes no more memory than its frames may. */
@Timeout(300)
final class HostileBytesTest {

    private static final int CASES = 50_000;

    /** A frame, its body, what is made of it, and what the JVM takes when it does something for the first time. */
    private static final long ALLOCATED_MAX = 16L * LocalChannel.LENGTH_MAX;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private int read;
    private int refused;

    /** Makes a message of a frame. */
    private interface Reader<T> {
        T read(Frame frame) throws LocalProtocolException;
    }

    /** How messages of one kind are read and written. */
    private record Codec<T>(Reader<T> reader, Function<T, Frame> writer) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 7, 4711})
    void whatAnOperatorSendsIsAMessageOrRefused(long seed) throws IOException {
        all(seed, LocalMessages.control(), new Codec<>(ControlMessage::decode, ControlMessage::encode));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 7, 4711})
    void whatAReplicaSaysIsAReportOrRefused(long seed) throws IOException {
        all(seed, LocalMessages.reports(), new Codec<>(ReplicaReport::decode, ReplicaReport::encode));
    }

    private <T> void all(long seed, List<byte[]> valid, Codec<T> codec) throws IOException {
        Mutation mutation = new Mutation(new Random(seed));
        for (int i = 0; i < CASES; i++) {
            byte[] bytes = mutation.of(valid);
            String which = "seed " + seed + ", case " + i;
            try {
                readAll(bytes, codec, which);
            } catch (RuntimeException e) {
                throw new AssertionError(which, e);
            }
        }
        assertThat(read).as("frames read, seed %d", seed).isGreaterThan(CASES / 10);
        assertThat(refused).as("streams refused, seed %d", seed).isGreaterThan(CASES / 10);
    }

    private <T> void readAll(byte[] bytes, Codec<T> codec, String which) throws IOException {
        try (LocalChannel channel = LocalChannel.of(new ByteArrayInputStream(bytes), OutputStream.nullOutputStream())) {
            Optional<T> message = next(channel, codec, which);
            while (message.isPresent()) {
                read++;
                Frame again = codec.writer.apply(message.get());
                assertThat(codec.reader.read(again)).as(which).isEqualTo(message.get());
                message = next(channel, codec, which);
            }
        } catch (LocalProtocolException e) {
            refused++;
        }
    }

    private static <T> Optional<T> next(LocalChannel channel, Codec<T> codec, String which) throws IOException {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            Optional<Frame> frame = channel.read();
            return frame.isEmpty() ? Optional.empty() : Optional.of(codec.reader.read(frame.get()));
        } finally {
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            assertThat(allocated).as(which).isLessThan(ALLOCATED_MAX);
        }
    }
}
