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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever comes over a local channel is a message or is refused, and takes no more memory than its frames may. */
@Timeout(300)
final class HostileBytesTest {

    private static final int CASES = 50_000;

    /** A frame, its body, and what is made of it. */
    private static final long ALLOCATED_MAX = 8L * LocalChannel.LENGTH_MAX;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private int read;
    private int refused;

    /** Reads a frame, and what was read once more from its own bytes. */
    private interface Reader {
        void read(Frame frame) throws LocalProtocolException;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 7, 4711})
    void whatAnOperatorSendsIsAMessageOrRefused(long seed) throws IOException {
        all(seed, LocalMessages.control(), frame -> {
            ControlMessage message = ControlMessage.decode(frame);
            assertThat(ControlMessage.decode(message.encode())).isEqualTo(message);
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 7, 4711})
    void whatAReplicaSaysIsAReportOrRefused(long seed) throws IOException {
        all(seed, LocalMessages.reports(), frame -> {
            ReplicaReport report = ReplicaReport.decode(frame);
            assertThat(ReplicaReport.decode(report.encode())).isEqualTo(report);
        });
    }

    private void all(long seed, List<byte[]> valid, Reader reader) throws IOException {
        Mutation mutation = new Mutation(new Random(seed));
        for (int i = 0; i < CASES; i++) {
            byte[] bytes = mutation.of(valid);
            String which = "seed " + seed + ", case " + i;
            try {
                readAll(bytes, reader, which);
            } catch (RuntimeException e) {
                throw new AssertionError(which, e);
            }
        }
        assertThat(read).as("frames read, seed %d", seed).isGreaterThan(CASES / 10);
        assertThat(refused).as("streams refused, seed %d", seed).isGreaterThan(CASES / 10);
    }

    private void readAll(byte[] bytes, Reader reader, String which) throws IOException {
        try (LocalChannel channel = LocalChannel.of(new ByteArrayInputStream(bytes), OutputStream.nullOutputStream())) {
            boolean ended = false;
            while (!ended) {
                long before = THREADS.getCurrentThreadAllocatedBytes();
                Optional<Frame> frame = channel.read();
                if (frame.isPresent()) {
                    reader.read(frame.get());
                    read++;
                }
                ended = frame.isEmpty();
                assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
                        .as(which)
                        .isLessThan(ALLOCATED_MAX);
            }
        } catch (LocalProtocolException e) {
            refused++;
        }
    }
}
